#include "usecases/payment_suggestions.hpp"

#include "domain/account_reference.hpp"
#include "storage/listing/likeness.hpp"
#include "storage/subscriber_store.hpp"

#include <algorithm>
#include <sstream>

namespace mnara::usecases {

namespace {

namespace listing = storage::listing;

constexpr int kManyAlike = 20; // of one kind; a mask fits more, and then it says nothing
constexpr Seconds kPromptWindow{24 * 3600};

// Account numbers that are one slip away from what was typed: a wrong digit, one too many, one too
// few, two swapped. The check digit leaves few.
std::vector<std::string> near_accounts(const std::string& typed)
{
    std::vector<std::string> near;
    const auto keep = [&](const std::string& digits) {
        if (domain::is_account_number(digits))
            near.push_back(digits);
    };
    if (typed.size() < 5 || typed.size() > 9 ||
        typed.find_first_not_of("0123456789") != std::string::npos)
        return near;
    for (std::size_t i = 0; i <= typed.size(); ++i) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            std::string longer = typed;
            longer.insert(i, 1, digit);
            keep(longer);
            if (i < typed.size()) {
                std::string other = typed;
                other[i] = digit;
                keep(other);
            }
        }
        if (i < typed.size())
            keep(std::string(typed).erase(i, 1));
        if (i + 1 < typed.size()) {
            std::string swapped = typed;
            std::swap(swapped[i], swapped[i + 1]);
            keep(swapped);
        }
    }
    std::sort(near.begin(), near.end());
    near.erase(std::unique(near.begin(), near.end()), near.end());
    return near;
}

class Suggestions
{
public:
    explicit Suggestions(storage::ReadTx& tx, Money amount) : tx_(tx), amount_(amount) {}

    void add(const std::vector<SubscriberId>& whose, const char* reason)
    {
        if (whose.size() >= kManyAlike)
            return;
        for (const SubscriberId id : whose) {
            auto found = std::find_if(all_.begin(), all_.end(), [&](const Suggestion& one) {
                return one.subscriber_id == id;
            });
            if (found == all_.end())
                found = all_.insert(all_.end(),
                                    {id, {}, {}, {}, listing::line_at_price(tx_, id, amount_)});
            auto& reasons = found->reasons;
            if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
                reasons.emplace_back(reason);
        }
    }
    // They were added the strongest reason first. Only of those that are left the names are asked.
    std::vector<Suggestion> best(std::size_t limit)
    {
        std::stable_sort(all_.begin(), all_.end(), [](const Suggestion& a, const Suggestion& b) {
            const auto rank = [](const Suggestion& one) {
                return one.reasons.size() * 2 + (one.subscription_id ? 1 : 0);
            };
            return rank(a) > rank(b);
        });
        if (all_.size() > limit)
            all_.resize(limit);
        for (Suggestion& one : all_) {
            auto row = storage::find_subscriber(tx_, one.subscriber_id).value();
            one.full_name = std::move(row.full_name);
            one.account_no = std::move(row.account_no);
        }
        return std::move(all_);
    }

private:
    storage::ReadTx& tx_;
    Money amount_;
    std::vector<Suggestion> all_;
};

} // namespace

std::vector<Suggestion> suggestions_for(storage::ReadTx& tx, const domain::Payment& payment,
                                        std::size_t limit)
{
    Suggestions found(tx, payment.amount);
    const auto payer = domain::read_payer_phone(payment.payer_phone.value_or(""));
    found.add(storage::subscribers_with_phone(tx, payer), "same_phone");
    const auto typed = domain::read_reference(payment.bill_reference.value_or(""));
    if (typed.phone)
        found.add(
            storage::subscribers_with_phone(tx, {domain::PayerPhone::Form::Clear, *typed.phone}),
            "same_phone");
    found.add(listing::with_accounts(tx, near_accounts(typed.text)), "similar_account");
    if (payment.bill_reference)
        found.add(listing::with_username(tx, *payment.bill_reference), "username");
    found.add(listing::with_unpaid_prompt(tx, payment.amount, payment.recorded_at - kPromptWindow,
                                          payment.recorded_at, kManyAlike),
              "open_prompt");
    if (payer.form == domain::PayerPhone::Form::Masked) {
        const std::size_t star = payer.value.find('*');
        found.add(listing::with_phone_like(tx, payer.value.substr(0, star),
                                           payer.value.substr(star + 1), kManyAlike),
                  "similar_phone");
    }
    std::istringstream words(payment.payer_name.value_or(""));
    std::string first;
    std::string last;
    std::string word;
    while (words >> word)
        (first.empty() ? first : last) = word;
    if (first.size() > 1 && last.size() > 1)
        found.add(listing::with_name(tx, first, last, kManyAlike), "name");
    return found.best(limit);
}

} // namespace mnara::usecases
