// The map of results: the same places as in the list, which it reads. Outlines are our own; nothing comes from elsewhere.

const box = document.getElementById("map");
const rows = [...document.querySelectorAll(".place[data-lat]")];

function spots() {
  const byPoint = new Map();
  rows.forEach((row, index) => {
    const number = document.createElement("span");
    number.className = "place__number";
    number.textContent = `${index + 1}.`;
    row.prepend(number);
    const key = `${row.dataset.lat},${row.dataset.lon}`;
    if (!byPoint.has(key)) byPoint.set(key, []);
    byPoint.get(key).push({ row, number: index + 1 });
  });
  return [...byPoint.entries()].map(([key, places]) => ({ point: key.split(",").map(Number), places }));
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
  const style = { color: "#4f615e", weight: 1, fillColor: "#fff", fillOpacity: 0.75, interactive: false };
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
  const pins = L.featureGroup(spots().map((spot) => pin(L, spot)));
  const bounds = pins.getBounds();
  if (box.dataset.lat) {
    const here = [Number(box.dataset.lat), Number(box.dataset.lon)];
    bounds.extend(here);
    L.marker(here, { icon: L.divIcon({ className: "map-here", iconSize: [20, 20] }), title: box.dataset.here, alt: box.dataset.here, keyboard: false, interactive: false }).addTo(map);
  }
  map.fitBounds(bounds.pad(0.1), { maxZoom: 15 });
  pins.addTo(map);
  for (const one of pins.getLayers()) one.getElement().setAttribute("aria-label", one.options.title);
  await outlines(L, map, bounds);
}

if (box && rows.length) draw();
