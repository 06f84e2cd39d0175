#include "paid.hpp"

#include "http_connection.hpp"
#include "passwords.hpp"

#include <array>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {

namespace {

constexpr std::chrono::seconds kHang{300};
constexpr std::chrono::milliseconds kAskAgain{5};      // after a login without full access
constexpr std::chrono::milliseconds kAnswerLost{1000}; // then the router asks again
constexpr std::chrono::seconds kGiveUp{30};            // a customer who is not let in by then
constexpr std::string_view kFull = ":full";            // ends the Class of a paid session
constexpr std::string_view kStation = "02:00:00:00:00:01";
constexpr int kStored = 200;

struct Customer
{
    std::string path, body;
    std::string username, password;
};

std::vector<Customer> read_customers(const std::string& path)
{
    std::ifstream file(path);
    std::vector<Customer> customers;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        Customer customer;
        std::getline(words, customer.path, '\t');
        std::getline(words, customer.body, '\t');
        std::getline(words, customer.username, '\t');
        std::getline(words, customer.password, '\t');
        customers.push_back(std::move(customer));
    }
    if (customers.empty())
        throw std::runtime_error("no customers in " + path);
    return customers;
}

// What all senders share.
struct Shared
{
    explicit Shared(const PaidOptions& given)
        : options(given), customers(read_customers(given.file))
    {
    }

    const PaidOptions& options;
    EventLoop loop;
    std::vector<Customer> customers;
    std::size_t taken = 0, ended = 0;
    int failures = 0, asked = 0;
    Latencies stored, accept;
    std::mt19937_64 chance{std::random_device{}()};
};

class Sender
{
public:
    explicit Sender(Shared& shared) : s_(shared), http_(s_.loop, address_of(s_.options.server))
    {
        if (s_.options.radius.empty())
            return;
        udp_ = open_udp(address_of(s_.options.radius), s_.options.source);
        s_.loop.watch(udp_.file(), EPOLLIN, [this](std::uint32_t) { receive(); });
    }
    Sender(Sender&&) = delete;

    void next()
    {
        if (s_.taken == s_.customers.size())
            return;
        customer_ = &s_.customers[s_.taken++];
        began_ = now();
        http_.send(request_text("POST", customer_->path, "", customer_->body), [this](int status) {
            if (status != kStored)
                return end(false);
            s_.stored.add(began_, now());
            if (s_.options.radius.empty())
                end(true);
            else
                ask();
        });
    }

private:
    void ask()
    {
        const std::string& secret = s_.options.secret;
        const bench::Bytes16 authenticator = bench::any_bytes(s_.chance);
        bench::Packet packet(bench::Kind::AccessRequest, ++id_, authenticator);
        packet.add(bench::type::kUserName, customer_->username);
        packet.add(bench::type::kCallingStationId, kStation);
        bench::add_password(packet, bench::Method::Pap, customer_->username, customer_->password,
                            secret, authenticator, s_.chance);
        request_ = packet.sign(secret);
        ++s_.asked;
        if (::send(udp_.file(), request_.data(), request_.size(), 0) < 0)
            throw std::runtime_error("a login could not be sent");
        later(kAnswerLost);
    }

    void receive()
    {
        std::array<char, 4096> bytes{};
        const ssize_t got = ::recv(udp_.file(), bytes.data(), bytes.size(), 0);
        if (got <= 0 || customer_ == nullptr)
            return;
        const auto reply = bench::read_reply({bytes.data(), static_cast<std::size_t>(got)},
                                             request_, s_.options.secret);
        if (!reply)
            return; // to an earlier request
        if (reply->kind == bench::Kind::AccessAccept && reply->class_text.ends_with(kFull)) {
            s_.accept.add(began_, now());
            end(true);
        } else if (now() - began_ > kGiveUp) {
            end(false);
        } else {
            later(kAskAgain);
        }
    }

    // Asks again then, unless something else happens before.
    void later(std::chrono::milliseconds pause)
    {
        s_.loop.at(now() + pause, [this, turn = ++turn_] {
            if (turn == turn_)
                ask();
        });
    }

    void end(bool good)
    {
        ++turn_;
        customer_ = nullptr;
        s_.failures += good ? 0 : 1;
        if (++s_.ended == s_.customers.size())
            s_.loop.stop();
        else
            next();
    }

    Shared& s_;
    HttpConnection http_;
    Socket udp_;
    const Customer* customer_ = nullptr;
    Time began_;
    std::string request_;
    std::uint8_t id_ = 0;
    std::uint64_t turn_ = 0;
};

} // namespace

nlohmann::json run_paid(const PaidOptions& options)
{
    Shared shared(options);
    std::vector<std::unique_ptr<Sender>> senders;
    for (int i = 0; i < options.senders; ++i)
        senders.push_back(std::make_unique<Sender>(shared));
    const Time began = now();
    for (const auto& sender : senders)
        sender->next();
    if (!shared.loop.run(began + kHang))
        throw std::runtime_error("customers were not let in");
    const double seconds = std::chrono::duration<double>(now() - began).count();
    return {{"stored", shared.stored.summary()},
            {"accept", shared.accept.summary()},
            {"failures", shared.failures},
            {"asked", shared.asked},
            {"seconds", seconds},
            {"per_second", static_cast<double>(shared.ended) / seconds}};
}

} // namespace load
