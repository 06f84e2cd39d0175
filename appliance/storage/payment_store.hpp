// Payments: money that moved.
#pragma once

#include "domain/payment.hpp"
#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

[[nodiscard]] PaymentId next_payment_id(ReadTx& tx);
void insert_payment(Tx& tx, const domain::Payment& payment); // with the id of next_payment_id
[[nodiscard]] std::optional<domain::Payment> find_payment(ReadTx& tx, PaymentId id);
[[nodiscard]] std::optional<domain::Payment>
find_payment_by_receipt(ReadTx& tx, const std::string& provider, const std::string& receipt);
[[nodiscard]] std::optional<domain::Payment> find_payment_of_attempt(ReadTx& tx, AttemptId id);
// Of that provider and amount, with no attempt yet, recorded since then, oldest first.
[[nodiscard]] std::vector<domain::Payment>
unattempted_payments(ReadTx& tx, const std::string& provider, Money amount, UnixTime since);

// Facts that were not known before; what is known stays.
struct LearnedFacts
{
    std::optional<std::string> receipt;
    std::optional<AttemptId> attempt_id;
    std::optional<std::string> payer_phone, payer_name, bill_reference;
    std::optional<UnixTime> paid_at;
};
void learn_payment_facts(Tx& tx, PaymentId id, const LearnedFacts& facts);
void mark_duplicate(Tx& tx, PaymentId id, PaymentId of);
[[nodiscard]] int next_assignment_seq(ReadTx& tx, PaymentId id);
void insert_assignment(Tx& tx, PaymentId id, int seq, SubscriberId subscriber, JournalId journal,
                       const std::string& actor, UnixTime now);

struct Assignment
{
    int seq = 0;
    SubscriberId subscriber_id;
    JournalId journal_id;
};
// The last one, unless it was taken back.
[[nodiscard]] std::optional<Assignment> standing_assignment(ReadTx& tx, PaymentId id);
// The reversal of its journal is posted before.
void insert_unassignment(Tx& tx, PaymentId id, int seq, JournalId journal, const std::string& actor,
                         const std::string& reason, UnixTime now);

// Booked on the word of a query, without a receipt, of that amount and since then.
[[nodiscard]] std::vector<PaymentId>
payments_without_receipt(ReadTx& tx, const std::string& provider, Money amount, UnixTime since);

} // namespace mnara::storage
