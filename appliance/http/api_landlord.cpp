#include "domain/calendar.hpp"
#include "http/api.hpp"
#include "http/csv.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "usecases/settings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

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

// By what the address asks for: the file is mostly sent on, and its reader is not the one who asks.
class Say
{
public:
    explicit Say(const Call& call) : is_swahili_(call.request.parameter("language") == "sw") {}
    Json operator()(std::string_view english, std::string_view swahili) const
    {
        return is_swahili_ ? swahili : english;
    }

private:
    bool is_swahili_;
};

// Without it a spreadsheet takes the letters of a name for others.
constexpr const char* kUtf8Mark = "\xEF\xBB\xBF";

Json day_of(const Json& at)
{
    if (at.is_null())
        return nullptr;
    return domain::readable_time(UnixTime{Seconds{at.get<std::int64_t>()}}).substr(0, 10);
}

// "1500.00": a number to a spreadsheet too.
Json shillings(const Json& cents)
{
    std::string text = format_money(Money::from_cents(cents.get<std::int64_t>()));
    text.erase(std::remove(text.begin(), text.end(), ','), text.end());
    return text;
}

Json state_in_words(const Json& state, const Say& say)
{
    static const std::map<std::string, std::pair<const char*, const char*>> kWords{
        {"pending", {"Not paid yet", "Haijalipiwa"}},
        {"active", {"Active", "Hai"}},
        {"expired", {"Expired", "Imeisha"}},
        {"suspended", {"Suspended", "Imesimamishwa"}},
        {"terminated", {"Ended", "Imefungwa"}}};
    if (state.is_null())
        return nullptr;
    const auto& [english, swahili] = kWords.at(state.get<std::string>());
    return say(english, swahili);
}

std::vector<Json> cells_of(const Json& row, const Say& say)
{
    constexpr double kGigabyte = 1e9;
    const bool is_empty = row.at("from_at").is_null();
    const auto bytes =
        row.at("bytes_up").get<std::int64_t>() + row.at("bytes_down").get<std::int64_t>();
    const Json until =
        row.at("until_at").is_null() ? say("now", "hadi sasa") : day_of(row.at("until_at"));
    return {row.at("unit_label"),
            is_empty ? say("empty", "tupu") : row.at("full_name"),
            row.at("account_no"),
            day_of(row.at("from_at")),
            is_empty ? Json() : until,
            state_in_words(row.at("state"), say),
            day_of(row.at("paid_until")),
            shillings(row.at("paid_cents")),
            fmt::format("{:.2f}", static_cast<double>(bytes) / kGigabyte)};
}

} // namespace

Reply landlord_report(storage::ReadTx& tx, Call& call)
{
    const auto report = report_of(tx, call);
    return report ? json_reply(*report) : report.error();
}

// For the landlord's spreadsheet; programs read the JSON.
Reply landlord_report_csv(storage::ReadTx& tx, Call& call)
{
    const auto report = report_of(tx, call);
    if (!report)
        return report.error();
    const Say say(call);
    const std::string month = report->at("month").dump();
    std::string text = kUtf8Mark;
    text += csv_line({usecases::setting(tx, "isp.name")});
    text += csv_line({say("Building", "Jengo"), report->at("building_name")});
    text += csv_line({say("Landlord", "Mwenye nyumba"), report->at("landlord_name")});
    text += csv_line({say("Month", "Mwezi"), month.substr(0, 4) + '-' + month.substr(4)});
    text += csv_line({say("State of", "Hali ya"), day_of(report->at("now_at"))});
    text += csv_line({});
    text += csv_line({say("Unit", "Nyumba"), say("Customer", "Mteja"), say("Account", "Akaunti"),
                      say("From", "Kuanzia"), say("To", "Hadi"), say("State", "Hali"),
                      say("Paid until", "Imelipwa hadi"), say("Paid (KES)", "Alicholipa (KES)"),
                      say("Data (GB)", "Data (GB)")});
    for (const Json& row : report->at("rows"))
        text += csv_line(cells_of(row, say));
    text += csv_line({say("Total", "Jumla"), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                      shillings(report->at("paid_cents")), nullptr});
    return csv_file("landlord-" + month, std::move(text));
}

} // namespace mnara::http::api
