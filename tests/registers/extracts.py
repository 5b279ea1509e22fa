"""Made-up extracts in the shape that each register publishes. No body in them exists."""

import csv
import io
import json
from typing import Any

ENGLAND = {
    "date_of_extract": "2026-11-20T00:00:00",
    "organisation_number": 5000001,
    "registered_charity_number": 9900001,
    "linked_charity_number": 0,
    "charity_name": "THE LARKFIELD CIRCLE",
    "charity_type": "Charitable company",
    "charity_registration_status": "Registered",
    "date_of_registration": "2009-03-02T00:00:00",
    "date_of_removal": None,
    "charity_contact_address1": "Larkfield Hall",
    "charity_contact_address2": "1 Larkfield Road",
    "charity_contact_address3": "Leicester",
    "charity_contact_address4": None,
    "charity_contact_address5": None,
    "charity_contact_postcode": "LE2 0QB",
    "charity_contact_phone": "0116 496 0123",
    "charity_contact_email": "hello@larkfield.example.org",
    "charity_contact_web": "www.larkfield.example.org",
    "charity_activities": "Tea, talk and walks for people who feel alone.",
}
SCOTLAND = {
    "Charity Number": "SC099001",
    "Charity Name": "Lochside Lunch Club",
    "Registered Date": "14/05/2004 00:00",
    "Known As": "",
    "Charity Status": "Active",
    "Postcode": "EH99 1AA",
    "Activities": "'It provides services'",
    "Objectives": "Lunch for older people.\nSinging after lunch.",
    "Principal Office/Trustees Address": "2 Loch Road, Lochside, EH99 1AA",
    "Website": "https://lochside.example.org",
}
NORTHERN = {
    "Reg charity number": "199001",
    "Sub charity number": "0",
    "Charity name": "Glenbrook Men's Shed",
    "Status": "Received: On time",
    "Public address": "3 Glen Brook, Glenbrook, BT99 1AA",
    "Website": "glenbrook.example.org",
    "Email": "shed@glenbrook.example.org",
    "Telephone": "028 9018 0123",
    "How the charity works": "Community development",
}
COMPANY = {
    "CompanyName": "PAINT POT STUDIO C.I.C.",
    " CompanyNumber": "09900002",
    "RegAddress.AddressLine1": "4 KILN STREET",
    " RegAddress.AddressLine2": "",
    "RegAddress.PostTown": "LEICESTER",
    "RegAddress.County": "",
    "RegAddress.PostCode": "LE1 1AA",
    "CompanyStatus": "Active",
    "DissolutionDate": "",
}
SOCIETY = {
    "Society Number": "29001",
    "Full Registation Number": "RS009901",
    "Society Name": "Saffron Brook Growers Limited",
    "Society Status": "Registered",
    "Society Address": "5 Brook Lane, Leicester, LE2 6AA",
    "Deregistration Date": "",
}


def england(**changed: Any) -> dict[str, Any]:
    return ENGLAND | changed


def as_json(*rows: dict[str, Any]) -> bytes:
    return b"\xef\xbb\xbf" + json.dumps(list(rows)).encode()


def as_csv(*rows: dict[str, Any], delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
