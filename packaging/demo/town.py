"""Where the customers of the demo live and who works there: sites, buildings with units, staff. Made
through the product's API and its command line; a second run finds what the first one made."""

from __future__ import annotations

from packaging.demo.api import Api
from packaging.demo.appliance import Appliance
from packaging.demo.seed import DemoCustomer

SITES = [("Rongai", "Mast at the secondary school"), ("Ngong", None)]
# area, building, landlord, floors; four units a floor
BUILDINGS = [
    ("Kware", "Umoja Court", "Mama Njeri", 4),
    ("Kware", "Baraka Apartments", "Peter Ndungu", 3),
    ("Tumaini", "Sunrise Plaza", None, 2),
]
UNITS_A_FLOOR = "ABCD"
# login, name, role: to see what each of them sees, `mnara operator link LOGIN`
STAFF = [("mercy", "Mercy Akinyi", "cashier"), ("brian", "Brian Kiptoo", "technician"),
         ("otieno", "Otieno Were", "manager"), ("grace", "Grace Njeri", "viewer")]


def by_name(api: Api, path: str) -> dict[str, int]:
    return {item["name"]: item["id"] for item in api.items(path)}


def seed_town(appliance: Appliance, api: Api, customers: list[DemoCustomer]) -> None:
    sites = by_name(api, "/api/v1/sites")
    for name, note in SITES:
        if name not in sites:
            api.post("/api/v1/sites", {"name": name, "note": note})
    known = {item["login"] for item in api.items("/api/v1/operators")}
    for login, name, role in STAFF:
        if login not in known:
            appliance.command("operator", "add", login, "--role", role, "--name", name)
    there = by_name(api, "/api/v1/buildings")
    waiting = iter(customers)
    for area, name, landlord, floors in BUILDINGS:
        homes = floors * len(UNITS_A_FLOOR)
        settlers = [customer for _, customer in zip(range(homes), waiting)]
        if name not in there:
            build(api, area, name, landlord, settlers)


def build(api: Api, area: str, name: str, landlord: str | None,
          settlers: list[DemoCustomer]) -> None:
    """One building; all but the last of each floor move in."""
    areas = by_name(api, "/api/v1/areas")
    area_id = areas.get(area) or api.post("/api/v1/areas", {"name": area})["id"]
    building = api.post("/api/v1/buildings",
                        {"name": name, "area_id": area_id, "landlord_name": landlord})
    for number, customer in enumerate(settlers):
        floor, door = divmod(number, len(UNITS_A_FLOOR))
        unit = api.post(f"/api/v1/buildings/{building['id']}/units",
                        {"label": f"{UNITS_A_FLOOR[door]}{floor + 1}"})
        if door < len(UNITS_A_FLOOR) - 1:
            api.post(f"/api/v1/units/{unit['id']}/tenancies",
                     {"subscriber_id": customer.subscriber_id})
