// Load on a RADIUS server, as routers make it; the figures as one line of JSON.
//
//   mnara-bench-radius access      logins by --method, for --seconds or --count of them
//   mnara-bench-radius accounting  --kind start, interim or stop of --count sessions
//   mnara-bench-radius storm       --count people redial at once: Access-Request, then Start
//
// Exit code 0 says only that it ran: what the figures mean is for the caller to judge.
#include "scripts.hpp"
#include "traffic.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>

namespace {

using namespace bench;

// Milliseconds; the values need not be sorted.
double percentile(std::vector<std::uint32_t>& micros, double share)
{
    if (micros.empty())
        return 0;
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(micros.size() - 1));
    std::nth_element(micros.begin(), micros.begin() + at, micros.end());
    return micros[static_cast<std::size_t>(at)] / 1000.0;
}

void print(Tally tally)
{
    const double answered = static_cast<double>(tally.micros.size());
    std::printf("{\"sent\": %lld, \"accepted\": %lld, \"rejected\": %lld, \"acknowledged\": %lld, "
                "\"lost\": %lld, \"retransmitted\": %lld, \"unreadable\": %lld, "
                "\"unsigned_replies\": %lld, \"seconds\": %.4f, \"per_second\": %.1f, "
                "\"p50_ms\": %.3f, \"p95_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f}\n",
                tally.sent, tally.accepted, tally.rejected, tally.acknowledged, tally.lost,
                tally.retransmitted, tally.unreadable, tally.unsigned_replies, tally.seconds,
                tally.seconds > 0 ? answered / tally.seconds : 0.0, percentile(tally.micros, 0.5),
                percentile(tally.micros, 0.95), percentile(tally.micros, 0.99),
                percentile(tally.micros, 1.0));
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App cli("RADIUS load", "mnara-bench-radius");
    cli.require_subcommand(1)->fallthrough();
    Target target;
    target.source = kRouterSource;
    target.secret = kRouterSecret;
    Pace pace;
    People people;
    double seconds = 0;
    long long warm_up = 0;
    int timeout_ms = 3000;
    cli.add_option("--auth-port", target.auth_port);
    cli.add_option("--acct-port", target.acct_port);
    cli.add_option("--outstanding", pace.outstanding)->check(CLI::Range(1, 100'000));
    cli.add_option("--timeout-ms", timeout_ms);
    cli.add_option("--tries", pace.tries);
    cli.add_option("--first", people.first, "number of the first subscriber");
    cli.add_option("--subscribers", people.count, "how many there are from that one on");
    cli.add_option("--seconds", seconds, "send for so long; 0: until the count is reached");
    cli.add_option("--warm-up", warm_up, "logins before the measured ones");

    CLI::App* access = cli.add_subcommand("access");
    Method method = Method::Pap;
    long long count = 1'000'000'000;
    access->add_option("--method", method)
        ->transform(CLI::CheckedTransformer(std::map<std::string, Method>{
            {"pap", Method::Pap}, {"chap", Method::Chap}, {"mschapv2", Method::MsChap2}}));
    access->add_option("--count", count);

    CLI::App* accounting = cli.add_subcommand("accounting");
    Report report;
    accounting->add_option("--kind", report.status)
        ->transform(CLI::CheckedTransformer(std::map<std::string, Status>{
            {"start", Status::Start}, {"interim", Status::Interim}, {"stop", Status::Stop}}));
    accounting->add_option("--prefix", report.prefix, "of the Acct-Session-Id");
    accounting->add_option("--age", report.age, "Acct-Session-Time, seconds");
    accounting->add_option("--count", count);

    CLI::App* storm = cli.add_subcommand("storm");
    storm->add_option("--prefix", report.prefix, "of the new Acct-Session-Id");
    storm->add_option("--method", method);
    CLI11_PARSE(cli, argc, argv);

    try {
        pace.timeout = std::chrono::milliseconds(timeout_ms);
        Traffic traffic(target, pace);
        if (warm_up > 0) {
            Logins logins(target, people, method, warm_up);
            traffic.run(logins, 0);
        }
        if (access->parsed()) {
            Logins logins(target, people, method, count);
            print(traffic.run(logins, seconds));
        } else if (accounting->parsed()) {
            Reports reports(target, people, report, std::min(count, people.count));
            print(traffic.run(reports, seconds));
        } else {
            Storm all(target, people, report.prefix);
            const Tally tally = traffic.run(all, 0);
            std::cout << all.summary(tally) << '\n';
        }
    } catch (const std::exception& error) {
        std::cerr << "mnara-bench-radius: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
