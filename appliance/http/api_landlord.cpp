#include "domain/calendar.hpp"
#include "http/api.hpp"
#include "http/csv.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "usecases/settings.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

namespace listing = usecases::listing;

Json row_of(const listing::LandlordRow& row)
{
    Json out{{"unit_id", row.unit_id.value},
             {"unit_label", row.unit_label},
             {"subscriber_id", nullptr},
             {"full_name", nullptr},
             {"account_no", nullptr},
             {"from_at", nullptr},
             {"until_at", nullptr},
             {"state", row.state ? Json(*row.state) : Json()},
             {"paid_until", row.paid_until ? Json(to_seconds(*row.paid_until)) : Json()},
             {"paid_cents", row.paid.cents()},
             {"bytes_up", row.bytes_up},
             {"bytes_down", row.bytes_down}};
    if (row.tenancy) {
        out["subscriber_id"] = row.tenancy->subscriber_id.value;
        out["full_name"] = row.tenancy->full_name;
        out["account_no"] = row.tenancy->account_no;
        out["from_at"] = to_seconds(row.tenancy->from_at);
        if (row.tenancy->until_at)
            out["until_at"] = to_seconds(*row.tenancy->until_at);
    }
    return out;
}

Result<Json, Reply> report_of(storage::ReadTx& tx, const Call& call)
{
    const auto building = listing::find_building(
        tx, BuildingId{positive_number(call.path.find("id")->second).value_or(0)});
    if (!building)
        return refuse(not_found("building"));
    const UnixTime now = call.context().clock.now();
    std::optional<UnixTime> from = domain::start_of_local_month(now);
    if (const auto month = call.request.parameter("month"); month && !month->empty()) {
        const auto number = positive_number(*month);
        from =
            number && *number < 1'000'000 ? domain::start_of_day(*number * 100 + 1) : std::nullopt;
        if (!from)
            return refuse(problem(422, "bad_month", "month: as 202611."));
    }
    Json rows = Json::array();
    Money paid;
    for (const auto& row :
         listing::landlord_rows(tx, call.scope, usecases::is_sandbox(tx), building->id, *from,
                                domain::start_of_local_month(*from, 1))) {
        rows.push_back(row_of(row));
        paid = paid + row.paid;
    }
    Json landlord;
    if (building->landlord_name)
        landlord = *building->landlord_name;
    return Json{{"building_id", building->id.value},
                {"building_name", building->name},
                {"landlord_name", std::move(landlord)},
                {"month", domain::local_month(*from)},
                {"now_at", to_seconds(now)},
                {"units", building->units},
                {"occupied", building->occupied},
                {"paid_cents", paid.cents()},
                {"rows", std::move(rows)}};
}

} // namespace

Reply landlord_report(storage::ReadTx& tx, Call& call)
{
    const auto report = report_of(tx, call);
    return report ? json_reply(*report) : report.error();
}

Reply landlord_report_csv(storage::ReadTx& tx, Call& call)
{
    const auto report = report_of(tx, call);
    if (!report)
        return report.error();
    return csv_reply("landlord",
                     {"unit_label", "full_name", "account_no", "from_at", "until_at", "state",
                      "paid_until", "paid_cents", "bytes_up", "bytes_down"},
                     report->at("rows"));
}

} // namespace mnara::http::api
