#include "app.hpp"

#include "app_events.hpp"
#include "app_first_run.hpp"
#include "app_loops.hpp"
#include "app_secret_file.hpp"
#include "app_tls.hpp"
#include "app_tls_channel.hpp"
#include "core/crypto.hpp"
#include "http/dispatch.hpp"
#include "http/events.hpp"
#include "http/front.hpp"
#include "http/gate.hpp"
#include "jobs/access_jobs.hpp"
#include "jobs/money_jobs.hpp"
#include "network/payments/daraja_client.hpp"
#include "network/radius/accounting_server.hpp"
#include "network/radius/auth_log.hpp"
#include "network/radius/coa_client.hpp"
#include "storage/radius_db.hpp"
#include "usecases/projection.hpp"
#include "usecases/router_jobs.hpp"
#include "usecases/trusted_time.hpp"

#include <Poco/Net/SocketAddress.h>
#include <algorithm>
#include <csignal>
#include <pthread.h>
#include <sys/resource.h>

namespace mnara::app {

namespace {

constexpr int kHttpWorkers = 8;
constexpr Millis kCertificateEvery{15'000};
constexpr Millis kPoll{250}; // how soon a loop around a socket sees that the process is ending

// Blocked in every thread and taken by wait() alone, so that no code runs inside a signal handler.
class Signals
{
public:
    Signals()
    {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        (void)std::signal(SIGPIPE, SIG_IGN); // a client that went away is an error of its write
    }
    [[nodiscard]] int wait() const
    {
        int signal = 0;
        sigwait(&set_, &signal);
        return signal;
    }

private:
    sigset_t set_{};
};

// The usual soft limit of 1,024 is fewer than the connections that the front may hold.
void allow_many_files()
{
    constexpr rlim_t kWanted = 8192;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < kWanted) {
        files.rlim_cur = std::min(files.rlim_max, kWanted);
        ::setrlimit(RLIMIT_NOFILE, &files); // where it is refused, the front does with fewer
    }
}

network::radius::CoaClient::Settings coa_settings(const Config& config)
{
    network::radius::CoaClient::Settings settings;
    if (!config.coa_source.empty())
        settings.source_address = config.coa_source;
    return settings;
}

// What a wait of the Daraja client ends early for.
class Ending
{
public:
    void wait(Millis most)
    {
        std::unique_lock lock(mutex_);
        ended_.wait_for(lock, most, [&] { return over_; });
    }
    void now()
    {
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
        }
        ended_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false;
};

network::DarajaSettings daraja_settings(const Config& config)
{
    network::DarajaSettings settings;
    settings.ca_file = config.ca_file;
    return settings;
}

http::GateRules gate_rules(const Config& config)
{
    const int port = Poco::Net::SocketAddress(config.https_listen).port();
    return {port, config.http_callbacks == "yes"};
}

void heal(const Office& office, storage::RadiusDb& radius)
{
    try {
        const auto report = usecases::heal_projection(office.context, radius, false);
        office.log.info("projection.healed", "radius.db was compared with mnara.db",
                        {{"rebuilt", report.rebuilt ? 1 : 0}, {"rows_mended", report.rows_mended}});
    } catch (const storage::StorageError& error) {
        // Access is late then; money is not: the projection job goes on trying.
        office.log.error("projection.failed", error.what());
    }
}

} // namespace

int serve(Office& office)
{
    const SoleUse sole_use(office.config.data_dir);
    const Signals signals;
    allow_many_files();
    const usecases::Context& context = office.context;

    office.db.write([&](storage::Tx& tx) {
        usecases::raise_clock_mark(tx, office.clock);
        usecases::recover_router_jobs(tx);
    });
    storage::RadiusDb radius(office.config.radius_dir);
    heal(office, radius);
    const std::string secret = accounting_secret(office.config.radius_dir, office.random);

    Ending ending;
    network::DarajaClient daraja(
        office.clock, office.log, [&](Millis most) { ending.wait(most); },
        daraja_settings(office.config));
    network::radius::CoaClient coa(office.clock, office.random, coa_settings(office.config));
    network::radius::AccountingServer accounting(
        context, Poco::Net::SocketAddress(office.config.accounting_listen), secret);
    network::radius::AuthLogFollower auth_log(context, office.config.radius_log);
    http::Counters counters;
    http::Services services{context, daraja, counters, office.config.public_url, MNARA_VERSION};
    http::EventHub events(office.clock, crypto::to_hex(office.random.bytes(4)));
    services.events = &events;
    http::Dispatch dispatch(services);
    std::optional<network::tls::BoxCertificate> certificate;
    std::optional<http::Gate> gate;
    if (!office.config.https_listen.empty()) {
        certificate.emplace(context, certificate_settings(office));
        services.ca_certificate = certificate->ca_pem();
        services.pins_https = [&] { return certificate->is_owners().load(); };
        gate.emplace(dispatch, gate_rules(office.config));
    }
    http::Handler& entrance = gate ? static_cast<http::Handler&>(*gate) : dispatch;
    http::Front front(entrance, office.clock, office.log, counters, office.config.http_listen);
    front.trust_proxy(office.config.trusted_proxy);
    if (certificate)
        front.listen_also(office.config.https_listen,
                          tls_channels([&] { return certificate->current(); }));

    Loops loops(office.db, office.log);
    loops.add(jobs::projection_job(context, radius));
    loops.add(jobs::inbox_job(context, daraja));
    loops.add(jobs::push_job(context, daraja, office.config.public_url));
    loops.add(jobs::query_job(context, daraja));
    loops.add(jobs::deferred_purchase_job(context));
    loops.add(jobs::expiry_job(context));
    loops.add(jobs::router_job(context, coa));
    loops.add(jobs::stale_session_job(context));
    loops.add({"accounting",
               [&] {
                   accounting.step(kPoll);
                   return true;
               },
               Millis{0},
               {},
               1});
    loops.add({"auth_log", [&] { return auth_log.step(); }, Millis{200}, {}, 1});
    loops.add(events_job(office.db, events));
    if (certificate)
        loops.add({"certificate",
                   [&] {
                       certificate->step();
                       return false;
                   },
                   kCertificateEvery,
                   {"audit_log"}, // a changed setting is in it
                   1});
    Loops fronts(office.db, office.log); // they go on while the jobs end, until every reply is sent
    fronts.add({"http_poll",
                [&] {
                    front.poll_step(kPoll);
                    return true;
                },
                Millis{0},
                {},
                1});
    fronts.add({"http_work",
                [&] {
                    front.work_step(kPoll);
                    return true;
                },
                Millis{0},
                {},
                kHttpWorkers});
    loops.start();
    fronts.start();
    office.log.info("http.listening", "HTTP", {{"address", front.address()}});
    if (certificate)
        office.log.info("https.listening", "HTTPS",
                        {{"address", front.address(1)},
                         {"certificate", certificate->facts().fingerprint},
                         {"ca", certificate->ca_facts().fingerprint}});
    office.log.info("accounting.listening", "RADIUS accounting",
                    {{"address", accounting.address().toString()}});
    greet_first_owner(office);
    office.log.info("app.ready", "All listeners are open", {{"version", MNARA_VERSION}});

    const int signal = signals.wait();
    office.log.info("app.stopping", "A signal ends the daemon", {{"signal", signal}});
    front.stop();
    while (!front.drained())
        ending.wait(Millis{20});
    fronts.stop();
    ending.now();
    loops.stop();
    office.log.info("app.stopped", "Everything is written; good night");
    return 0;
}

} // namespace mnara::app
