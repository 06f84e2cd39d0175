// M-Pesa as it really is: phones that ask for a PIN, money that moves, messages that are lost,
// late, doubled or wrong. Implements the port; reads our messages with the product's own pure
// parsers.
#pragma once

#include "core/clock.hpp"
#include "sim/chance.hpp"
#include "sim/faults.hpp"
#include "sim/oracle.hpp"
#include "usecases/ports.hpp"

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sim {

struct ProviderMessage
{
    bool is_stk = true;
    std::string token; // of the path
    std::string body;
    std::string receipt; // of the money it truly tells of; empty: none
    Stamp due = 0;       // true time
};

class Provider final : public mnara::usecases::PaymentProvider
{
public:
    static constexpr const char* kShortCode = "600638";

    // `now`: the true time. `reach`: a named point at which the process can die.
    Provider(Chance& chance, Faults& faults, Oracle& oracle, std::function<Stamp()> now,
             std::function<void(const std::string&)> reach);

    mnara::Result<mnara::usecases::PushAccepted, mnara::usecases::ProviderError>
    push(const mnara::usecases::MpesaAccount&, const mnara::usecases::PushRequest&) override;
    mnara::Result<mnara::usecases::QueryAnswer, mnara::usecases::ProviderError>
    query(const mnara::usecases::MpesaAccount&, const std::string& checkout_id,
          mnara::UnixTime now) override;
    mnara::Result<mnara::Done, mnara::usecases::ProviderError>
    register_urls(const mnara::usecases::MpesaAccount&, const std::string&,
                  const std::string&) override;
    [[nodiscard]] mnara::Result<mnara::domain::StkCallback, std::string>
    parse_stk_callback(std::string_view body) const override;
    [[nodiscard]] mnara::Result<mnara::domain::C2bNotification, std::string>
    parse_c2b(std::string_view body) const override;

    // Phones are answered, and messages written.
    void tick();
    // When the next phone will be; nothing where none waits.
    [[nodiscard]] std::optional<Stamp> next_event() const;
    // Somebody pays the paybill by hand.
    void pay_by_hand(const std::string& phone, Cents amount, const std::string& reference,
                     const std::set<std::int64_t>& owners, bool guess);
    // A message that is due; nothing where none is.
    [[nodiscard]] std::optional<ProviderMessage> take_message();
    void send_again(ProviderMessage message, Stamp after);
    // What Safaricom sends when asked: the confirmation of each movement we were not told of.
    void resend_untold();
    // What is on its way arrives now.
    void hurry();
    [[nodiscard]] bool is_quiet() const { return messages_.empty() && open_prompts_ == 0; }

    std::string c2b_token;
    // Called inside push, where the callback overtakes the answer.
    std::function<void()> overtake;

private:
    struct Prompt
    {
        std::string checkout_id, reference, phone, token;
        Cents amount = 0;
        Stamp resolves_at = 0;
        std::string result_code; // that it will have
        bool resolved = false;
        std::string receipt;
    };
    void resolve(Prompt& prompt);
    void post_callback(const Prompt& prompt);
    void post_c2b(const Movement& movement, const std::string& reference, Stamp after);
    [[nodiscard]] std::string new_receipt();
    [[nodiscard]] std::string phone_as_sent(const std::string& phone);

    Chance& chance_;
    Faults& faults_;
    Oracle& oracle_;
    std::function<Stamp()> now_;
    std::function<void(const std::string&)> reach_;
    std::map<std::string, Prompt> prompts_;         // by checkout id
    std::map<std::string, std::string> references_; // receipt -> as typed
    std::vector<std::string> pending_;              // checkout ids
    std::deque<ProviderMessage> messages_;
    int open_prompts_ = 0;
    int phone_form_ = 0; // of C2B messages
    int made_ = 0;
};

} // namespace sim
