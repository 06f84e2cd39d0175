// The world around the house in a crash story: a payment provider, routers, and whoever was told
// something. What was told goes through a pipe to the process that survives.
#pragma once

#include "usecases/ports.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace crash {

class Outside final : public mnara::usecases::PaymentProvider, public mnara::usecases::CoaClient
{
public:
    using Account = mnara::usecases::MpesaAccount;
    using Error = mnara::usecases::ProviderError;

    // `pipe`: -1 where nobody listens. `told`: what an earlier life of the house has said.
    explicit Outside(int pipe, const std::vector<std::string>& told = {});

    // The house has promised that this is recorded.
    void acknowledged(const std::string& step);
    [[nodiscard]] bool was_acknowledged(const std::string& step) const
    {
        return acknowledged_.contains(step);
    }

    // The clock of the house was seen at that time: its next life does not begin before it.
    void saw_clock(mnara::UnixTime at);
    [[nodiscard]] mnara::UnixTime clock_seen() const { return clock_seen_; }

    struct Prompt // on a phone
    {
        std::string reference, callback_path;
    };
    [[nodiscard]] const std::vector<Prompt>& prompts() const { return prompts_; }
    // Usernames whose session a router was asked to end.
    [[nodiscard]] const std::set<std::string>& disconnected() const { return disconnected_; }

    mnara::Result<mnara::usecases::PushAccepted, Error>
    push(const Account&, const mnara::usecases::PushRequest& request) override;
    // Whoever got a prompt has paid.
    mnara::Result<mnara::usecases::QueryAnswer, Error> query(const Account&, const std::string&,
                                                             mnara::UnixTime) override;
    mnara::Result<mnara::Done, Error> register_urls(const Account&, const std::string&,
                                                    const std::string&) override;
    mnara::Result<mnara::domain::StkCallback, std::string>
    parse_stk_callback(std::string_view body) const override;
    mnara::Result<mnara::domain::C2bNotification, std::string>
    parse_c2b(std::string_view body) const override;
    mnara::usecases::CoaAnswer send(const mnara::usecases::CoaRequest& request) override;

private:
    void hear(const std::string& line); // one line of the pipe
    void tell(const std::string& line);

    int pipe_;
    mnara::UnixTime clock_seen_;
    std::set<std::string> acknowledged_, disconnected_;
    std::vector<Prompt> prompts_;
};

[[nodiscard]] std::string checkout_id(const std::string& reference);

} // namespace crash
