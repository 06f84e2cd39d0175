#include "sim/rows.hpp"

#include "domain/account_reference.hpp"
#include "sim/chance.hpp"
#include "sim/radius.hpp"
#include "sim/town.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace sim {

namespace {

// A phase that ends while the questions are asked would make the answer depend on the moment.
constexpr std::int64_t kQuiet = 900;
constexpr std::int64_t kDay = 86'400;

std::string in_some_form(Chance& chance, const std::string& mac)
{
    std::string typed;
    const std::size_t form = chance.below(4);
    for (std::size_t i = 0; i < mac.size(); ++i) {
        const char c = mac[i];
        if (c == ':' && form == 3 && i != 8)
            continue;
        if (c == ':')
            typed += form == 0 ? ":" : form == 3 ? "" : "-";
        else
            typed += form == 1 ? static_cast<char>(std::toupper(c)) : c;
    }
    return typed;
}

bool is_same(const RadiusAnswer& a, const RadiusAnswer& b)
{
    return a.verdict == b.verdict && a.pay_page == b.pay_page && a.rate == b.rate &&
           a.class_text == b.class_text;
}

nlohmann::json in_json(const RadiusAnswer& answer)
{
    nlohmann::json json{{"verdict", answer.verdict},
                        {"accept", answer.is_accept()},
                        {"rate", answer.rate},
                        {"class", answer.class_text},
                        {"pool", answer.pool},
                        {"address_list", answer.address_list},
                        {"ip", answer.static_ipv4},
                        {"message", answer.message},
                        {"interim", answer.interim_seconds}};
    if (answer.session_seconds)
        json["seconds"] = *answer.session_seconds;
    return json;
}

} // namespace

void write_rows(const RowsWanted& wanted)
{
    Chance chance(wanted.seed);
    const Town town(chance, wanted);
    Radius radius(wanted.source_folder);
    const std::string path = wanted.radius_folder + "/radius.db";
    const auto ask = [&](const TownLine& line, const std::string& mac, std::int64_t at) {
        const auto now = radius.ask(path, line.username, mac, at);
        const auto later = radius.ask(path, line.username, mac, at + kQuiet);
        if (!now || !later)
            throw std::runtime_error("no answer to " + line.username);
        if (!is_same(*now, *later))
            return;
        const bool is_right = !chance.one_in(40); // the answer to a wrong one is held back
        nlohmann::json question{
            {"username", line.username},
            {"password", is_right ? line.password : "x" + line.password.substr(1)},
            {"is_right", is_right},
            {"station", in_some_form(chance, mac)},
            {"at", at},
            {"answer", in_json(*now)}};
        std::printf("%s\n", question.dump().c_str());
    };
    for (const TownLine& line : town.lines())
        ask(line, chance.pick(line.macs), wanted.now);
    // The clock of FreeRADIUS is wrong: the mark stands for it.
    for (const std::int64_t at : {std::int64_t{100'000}, wanted.now + 400 * kDay})
        for (int i = 0; i < 100; ++i) {
            const TownLine& line = chance.pick(town.lines());
            ask(line, chance.pick(line.macs), at);
        }
}

} // namespace sim
