// mnara-bench-http: load for the HTTP side of the box and for what spans both sides. Each command
// prints one line of JSON; http_*.py and box_*.py one folder up call it.
#include "calls.hpp"
#include "interims.hpp"
#include "newcomers.hpp"
#include "paid.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

int main(int argc, char** argv)
{
    CLI::App cli("Load for the HTTP side of the box", "mnara-bench-http");
    cli.require_subcommand(1);

    load::CallsOptions calls;
    CLI::App* call = cli.add_subcommand("calls", "calls of the API from a file");
    call->add_option("--server", calls.server)->required();
    call->add_option("--token", calls.token);
    call->add_option("--file", calls.file)->required();
    call->add_option("--connections", calls.connections)->check(CLI::Range(1, 200));
    call->add_option("--passes", calls.passes)->check(CLI::NonNegativeNumber);
    call->add_option("--rate", calls.rate);
    call->add_option("--seconds", calls.seconds_max);

    load::NewcomersOptions newcomers;
    CLI::App* come = cli.add_subcommand("newcomers", "new clients beside idle and slow ones");
    come->add_option("--server", newcomers.server)->required();
    come->add_option("--path", newcomers.path);
    come->add_option("--idle", newcomers.idle)->check(CLI::Range(0, 4000));
    come->add_option("--slow", newcomers.slow)->check(CLI::Range(0, 250));
    come->add_option("--seconds", newcomers.seconds);
    come->add_option("--every-ms", newcomers.every_ms);

    load::PaidOptions paid;
    CLI::App* pay = cli.add_subcommand("paid", "from callback to Access-Accept");
    pay->add_option("--server", paid.server)->required();
    pay->add_option("--radius", paid.radius, "without it nobody logs in");
    pay->add_option("--source", paid.source);
    pay->add_option("--secret", paid.secret);
    pay->add_option("--file", paid.file)->required();
    pay->add_option("--senders", paid.senders)->check(CLI::Range(1, 200));

    load::InterimsOptions interims;
    CLI::App* report = cli.add_subcommand("interims", "accounting at a steady rate");
    report->add_option("--radius", interims.radius)->required();
    report->add_option("--source", interims.source);
    report->add_option("--secret", interims.secret);
    report->add_option("--file", interims.file)->required();
    report->add_option("--rate", interims.rate);
    report->add_option("--seconds", interims.seconds);

    CLI11_PARSE(cli, argc, argv);
    try {
        nlohmann::json result;
        if (call->parsed())
            result = load::run_calls(calls);
        else if (come->parsed())
            result = load::run_newcomers(newcomers);
        else if (pay->parsed())
            result = load::run_paid(paid);
        else
            result = load::run_interims(interims);
        std::cout << result.dump() << '\n';
    } catch (const std::exception& error) {
        std::cerr << "mnara-bench-http: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
