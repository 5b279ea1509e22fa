// The map of results: the same places as in the list, which it reads. Outlines are our own; nothing comes from elsewhere.

const box = document.getElementById("map");
const rows = [...document.querySelectorAll(".place[data-lat]")];

const SPACE = 44; // pixels between pins, so that each can be pressed

function places() {
  return rows.map((row, index) => {
    const number = document.createElement("span");
    number.className = "place__number";
    number.textContent = `${index + 1}.`;
    row.prepend(number);
    return { row, number: index + 1, point: [Number(row.dataset.lat), Number(row.dataset.lon)] };
  });
}

// Places that would lie on one another at this zoom share a pin.
function gathered(map, all) {
  const groups = [];
  for (const place of all) {
    const at = map.project(place.point, map.getZoom());
    const near = groups.find((group) => group.at.distanceTo(at) < SPACE);
    if (near) near.places.push(place);
    else groups.push({ at, point: place.point, places: [place] });
  }
  return groups;
}

function popup(places) {
  const list = document.createElement("ul");
  list.className = "plain-list";
  for (const { row } of places) {
    const item = document.createElement("li");
    const link = row.querySelector(".place__name").cloneNode(true);
    link.removeAttribute("class");
    item.append(link);
    list.append(item);
  }
  return list;
}

function pin(L, { point, places }) {
  const isAbout = places.every(({ row }) => "about" in row.dataset);
  const label = places.length > 1 ? `${places[0].number}+` : String(places[0].number);
  const names = places.map(({ row }) => row.querySelector(".place__name").textContent.trim()).join(", ");
  const icon = L.divIcon({ html: label, className: `map-pin${isAbout ? " map-pin--about" : ""}`, iconSize: [36, 36] });
  return L.marker(point, { icon, title: names, alt: names, riseOnHover: true }).bindPopup(popup(places));
}

function plain(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

async function outlines(L, map, bounds) {
  const asked = bounds.pad(0.6);
  const corners = [asked.getSouth(), asked.getWest(), asked.getNorth(), asked.getEast()];
  const rounded = corners.map((value, index) => (index < 2 ? Math.floor(value * 20) : Math.ceil(value * 20)) / 20);
  const answer = await fetch(`${box.dataset.areas}?box=${rounded.join(",")}`);
  if (!answer.ok) return;
  const style = { color: "#9db1ab", weight: 1.5, fillColor: "#fff", fillOpacity: 0.75, interactive: false };
  const areas = L.geoJSON(await answer.json(), { style, interactive: false }).addTo(map);
  areas.bringToBack();
  map.createPane("names").style.zIndex = 450;
  const names = L.layerGroup();
  areas.eachLayer((layer) => {
    const name = layer.feature.properties.name;
    if (!name) return;
    const at = layer.getBounds().getCenter();
    const label = L.tooltip({ permanent: true, direction: "center", className: "map-name", pane: "names" });
    names.addLayer(label.setLatLng(at).setContent(plain(name)));
  });
  const showNames = () => (map.getZoom() >= 13 ? names.addTo(map) : names.remove());
  map.on("zoomend", showNames);
  showNames();
}

async function draw() {
  await import(box.dataset.leaflet);
  const L = window.L;
  const map = L.map(box, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, maxZoom: 17, minZoom: 6 });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  const all = places();
  const bounds = L.latLngBounds(all.map((place) => place.point));
  if (box.dataset.lat) {
    const here = [Number(box.dataset.lat), Number(box.dataset.lon)];
    bounds.extend(here);
    L.marker(here, { icon: L.divIcon({ className: "map-here", iconSize: [20, 20] }), title: box.dataset.here, alt: box.dataset.here, keyboard: false, interactive: false }).addTo(map);
  }
  map.fitBounds(bounds.pad(0.1), { maxZoom: 15 });
  const pins = L.layerGroup().addTo(map);
  const putPins = () => {
    pins.clearLayers();
    for (const group of gathered(map, all)) {
      const one = pin(L, group).addTo(pins);
      one.getElement().setAttribute("aria-label", one.options.title);
    }
  };
  map.on("zoomend", putPins);
  putPins();
  await outlines(L, map, bounds);
}

if (box && rows.length) draw();
