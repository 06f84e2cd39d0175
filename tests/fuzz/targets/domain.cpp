// What people and providers type into the fields of the domain: phones, references, Class, money,
// dates, addresses. The first byte chooses one; what is read means the same when written and read
// again.
#include "core/money.hpp"
#include "domain/access.hpp"
#include "domain/account_reference.hpp"
#include "domain/calendar.hpp"
#include "domain/network_address.hpp"
#include "domain/phone.hpp"
#include "fuzz/check.hpp"

#include <algorithm>

namespace {

using namespace mnara;

void read_phone(std::string_view text)
{
    const auto phone = domain::normalise_phone(text);
    if (phone) {
        ENSURE(phone->size() == 12 && (phone->starts_with("2547") || phone->starts_with("2541")));
        ENSURE(domain::normalise_phone(*phone) == phone);
    }
    const domain::PayerPhone payer = domain::read_payer_phone(text);
    (void)domain::may_be(payer, "254712345678", std::string(64, 'a'));
    if (payer.form == domain::PayerPhone::Form::Hashed)
        ENSURE(payer.value.size() == 64);
}

void read_reference(std::string_view text)
{
    const domain::TypedReference typed = domain::read_reference(text);
    ENSURE(typed.text.size() <= text.size());
    ENSURE(std::all_of(typed.text.begin(), typed.text.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }));
    if (typed.account_no)
        ENSURE(domain::is_account_number(*typed.account_no));
    if (typed.phone)
        ENSURE(domain::normalise_phone(*typed.phone) == typed.phone);
    ENSURE(domain::read_reference(typed.text).text == typed.text);
    (void)domain::is_account_number(text);
}

void read_class(std::string_view text)
{
    if (const auto found = domain::read_class(text)) {
        const auto again = domain::read_class(domain::class_text(*found));
        ENSURE(again && again->subscription_id == found->subscription_id &&
               again->full == found->full);
    }
    const std::string station = domain::normalise_station(text);
    ENSURE(domain::normalise_station(station) == station);
}

void read_money(std::string_view text)
{
    const auto amount = parse_money(text);
    if (!amount)
        return;
    ENSURE(amount->cents() >= 0 && amount->cents() <= 100'000'000'000);
    std::string written = format_money(*amount);
    std::erase(written, ',');
    ENSURE(parse_money(written) == amount);
}

void read_time(std::string_view text)
{
    if (const auto at = domain::parse_compact_time(text)) {
        if (text.front() != '0') // years before 1000 are written shorter
            ENSURE(domain::compact_time(*at) == text);
        ENSURE(domain::start_of_local_day(*at) <= *at);
        const int day = domain::day_of_month(*at);
        const UnixTime end = domain::term_end(*at, {1, domain::DurationUnit::Month}, day);
        ENSURE(end > *at && end <= *at + Seconds{31 * 86'400});
    }
    (void)domain::duration_unit(text);
}

void read_network(std::string_view text)
{
    if (const auto range = domain::parse_ipv4_network(text)) {
        ENSURE(range->from <= range->to);
        ENSURE(domain::parse_ipv4_network(domain::ipv4_network_text(*range)) == range);
    }
    if (domain::parse_ipv4(text))
        ENSURE(domain::parse_ipv4_network(text).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view text = fuzz::text_of(data + 1, size - 1);
    switch (data[0]) {
    case 'p':
        read_phone(text);
        break;
    case 'r':
        read_reference(text);
        break;
    case 'c':
        read_class(text);
        break;
    case 'm':
        read_money(text);
        break;
    case 't':
        read_time(text);
        break;
    case 'n':
        read_network(text);
        break;
    default:
        break;
    }
    return 0;
}
