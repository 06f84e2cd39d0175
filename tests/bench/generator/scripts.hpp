// What the router says: logins, reports of sessions, and a whole tower that redials at once.
#pragma once

#include "passwords.hpp"
#include "population.hpp"
#include "traffic.hpp"

#include <deque>
#include <random>

namespace bench {

// Subscribers first .. first + count - 1.
struct People
{
    Number first = 0, count = 1;
};

enum class Status : std::uint32_t { Start = 1, Stop = 2, Interim = 3 }; // RFC 2866 section 5.1

struct Report
{
    Status status = Status::Start;
    std::string prefix = "bench-";
    std::uint32_t age = 0; // Acct-Session-Time
};

// Everybody's turn comes once before anybody's second, in an order that no cache can foresee.
class Turns
{
public:
    explicit Turns(const People& people);
    [[nodiscard]] Number next();

private:
    People people_;
    Number step_ = 1, at_ = 0;
};

// `count` logins with the right password.
class Logins : public Script
{
public:
    Logins(const Target& target, const People& people, Method method, long long count);
    std::optional<Request> next(std::uint8_t id) override;
    void answered(long long, const Reply&) override {}
    void lost(long long) override {}

private:
    const Target& target_;
    Turns turns_;
    Method method_;
    long long left_;
    std::mt19937_64 chance_{1};
};

// One report of each of `count` sessions.
class Reports : public Script
{
public:
    Reports(const Target& target, const People& people, Report report, long long count);
    std::optional<Request> next(std::uint8_t id) override;
    void answered(long long, const Reply&) override {}
    void lost(long long) override {}

private:
    const Target& target_;
    People people_;
    Turns turns_;
    Report report_;
    long long left_;
};

// Each logs in and, once accepted, reports the Start of his session; he is online when that is
// acknowledged. Who gets no answer or is rejected begins anew.
class Storm : public Script
{
public:
    Storm(const Target& target, const People& people, std::string prefix);
    std::optional<Request> next(std::uint8_t id) override;
    void answered(long long owner, const Reply& reply) override;
    void lost(long long owner) override;
    // JSON: when all were online, the middle one, the last but one in a hundred.
    [[nodiscard]] std::string summary(const Tally& tally) const;

private:
    enum class Step { Login, Start, Online, GivenUp };
    struct Person
    {
        Step step = Step::Login;
        std::string class_text;
        int attempts = 0;
        double online_after = 0; // seconds
    };
    void again(long long owner);

    const Target& target_;
    People people_;
    std::string prefix_;
    std::vector<Person> persons_;
    std::deque<long long> ready_;
    SteadyTime start_;
    std::mt19937_64 chance_{2};
};

} // namespace bench
