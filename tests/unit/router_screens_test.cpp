// Routers as their screen shows them.
#include "unit/screens.hpp"

using namespace mnara;
using usecases::Role;

TEST_CASE("A router is renamed, removed while unused, and says whether it was ever heard")
{
    Screens api;
    const Json tower =
        api.post("/api/v1/routers", {{"name", "Tower"}, {"radius_source", "10.0.0.2"}}, 201);
    const std::string path = "/api/v1/routers/" + tower.at("id").dump();
    CHECK(tower.at("heard") == false);
    const Json moved = api.patch(path, {{"name", "Mast"}, {"radius_source", "10.0.0.9"}});
    CHECK(moved.at("name") == "Mast");
    CHECK(moved.at("radius_source") == "10.0.0.9");
    CHECK(moved.at("coa_address") == "10.0.0.9");
    api.patch(path, {{"radius_source", "nowhere"}}, 422);
    api.verdict("nobody", false, "unknown user", RouterId{tower.at("id")});
    CHECK(api.get("/api/v1/routers").at("items")[0].at("heard") == true);
    CHECK(api.as(Role::Cashier, "DELETE", path).status == 403);
    CHECK(api.as(Role::Technician, "DELETE", path).status == 204);
    CHECK(api.as(Role::Technician, "DELETE", path).status == 404);
    const auto school = api.router("School", "10.0.0.3");
    api.report({school, "jane", "81", "aa:bb:cc:dd:ee:01", "100.64.0.1", {}},
               Screens::Status::Start, 0);
    const Json row = api.get("/api/v1/routers").at("items")[0];
    CHECK(row.at("heard") == true);
    const auto kept = api.as(Role::Owner, "DELETE", "/api/v1/routers/" + row.at("id").dump());
    CHECK(kept.status == 409);
    CHECK(Json::parse(kept.body).at("code") == "in_use");
}
