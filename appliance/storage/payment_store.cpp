#include "storage/payment_store.hpp"

namespace mnara::storage {

namespace {

domain::Payment read_payment(const Query& q)
{
    domain::Payment p;
    p.id = q.get<PaymentId>(0);
    p.provider = q.get<std::string>(1);
    p.receipt = q.get<std::optional<std::string>>(2);
    p.attempt_id = q.get<std::optional<AttemptId>>(3);
    p.amount = q.get<Money>(4);
    p.booked_to = q.get<std::string>(5);
    p.subscriber_id = q.get<std::optional<SubscriberId>>(6);
    p.payer_phone = q.get<std::optional<std::string>>(7);
    p.payer_name = q.get<std::optional<std::string>>(8);
    p.bill_reference = q.get<std::optional<std::string>>(9);
    p.source = q.get<std::string>(10);
    p.journal_id = q.get<JournalId>(11);
    p.paid_at = q.get<std::optional<UnixTime>>(12);
    p.recorded_at = q.get<UnixTime>(13);
    p.duplicate_of = q.get<std::optional<PaymentId>>(14);
    return p;
}

std::string payments_where(std::string_view condition)
{
    return "SELECT id, provider, receipt, attempt_id, amount_cents, booked_to, subscriber_id, "
           "payer_phone, payer_name, bill_reference, source, journal_id, paid_at, recorded_at, "
           "duplicate_of FROM payment WHERE " +
           std::string(condition);
}

std::optional<domain::Payment> first(Query q)
{
    if (!q.step())
        return std::nullopt;
    return read_payment(q);
}

} // namespace

PaymentId next_payment_id(ReadTx& tx)
{
    Query q = tx.query("SELECT COALESCE(MAX(id), 0) + 1 FROM payment");
    ENSURE(q.step());
    return q.get<PaymentId>(0);
}

void insert_payment(Tx& tx, const domain::Payment& p)
{
    tx.run("INSERT INTO payment(id, provider, receipt, attempt_id, amount_cents, booked_to, "
           "subscriber_id, payer_phone, payer_name, bill_reference, source, journal_id, paid_at, "
           "recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
           p.id, p.provider, p.receipt, p.attempt_id, p.amount, p.booked_to, p.subscriber_id,
           p.payer_phone, p.payer_name, p.bill_reference, p.source, p.journal_id, p.paid_at,
           p.recorded_at);
}

std::optional<domain::Payment> find_payment(ReadTx& tx, PaymentId id)
{
    return first(tx.query(payments_where("id = ?1"), id));
}

std::optional<domain::Payment> find_payment_by_receipt(ReadTx& tx, const std::string& provider,
                                                       const std::string& receipt)
{
    return first(tx.query(payments_where("provider = ?1 AND receipt = ?2"), provider, receipt));
}

std::optional<domain::Payment> find_payment_of_attempt(ReadTx& tx, AttemptId id)
{
    return first(tx.query(payments_where("attempt_id = ?1"), id));
}

std::vector<domain::Payment> unattempted_payments(ReadTx& tx, const std::string& provider,
                                                  Money amount, UnixTime since)
{
    std::vector<domain::Payment> found;
    Query q =
        tx.query(payments_where("provider = ?1 AND amount_cents = ?2 AND recorded_at >= ?3 "
                                "AND attempt_id IS NULL AND duplicate_of IS NULL ORDER BY id"),
                 provider, amount, since);
    while (q.step())
        found.push_back(read_payment(q));
    return found;
}

void learn_payment_facts(Tx& tx, PaymentId id, const LearnedFacts& facts)
{
    tx.run("UPDATE payment SET receipt = COALESCE(receipt, ?2), "
           "attempt_id = COALESCE(attempt_id, ?3), payer_phone = COALESCE(payer_phone, ?4), "
           "payer_name = COALESCE(payer_name, ?5), bill_reference = COALESCE(bill_reference, ?6), "
           "paid_at = COALESCE(paid_at, ?7) WHERE id = ?1",
           id, facts.receipt, facts.attempt_id, facts.payer_phone, facts.payer_name,
           facts.bill_reference, facts.paid_at);
}

void mark_duplicate(Tx& tx, PaymentId id, PaymentId of)
{
    tx.run("UPDATE payment SET duplicate_of = ?2 WHERE id = ?1", id, of);
}

int next_assignment_seq(ReadTx& tx, PaymentId id)
{
    Query q = tx.query("SELECT COALESCE(MAX(seq), 0) + 1 FROM payment_assignment "
                       "WHERE payment_id = ?1",
                       id);
    ENSURE(q.step());
    return q.get<int>(0);
}

void insert_assignment(Tx& tx, PaymentId id, int seq, SubscriberId subscriber, JournalId journal,
                       const std::string& actor, UnixTime now)
{
    tx.run("INSERT INTO payment_assignment(payment_id, seq, subscriber_id, journal_id, actor, at) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
           id, seq, subscriber, journal, actor, now);
}

std::optional<Assignment> standing_assignment(ReadTx& tx, PaymentId id)
{
    Query q = tx.query(
        "SELECT a.seq, a.subscriber_id, a.journal_id, EXISTS (SELECT 1 FROM payment_unassignment u "
        "WHERE u.payment_id = a.payment_id AND u.seq = a.seq) FROM payment_assignment a "
        "WHERE a.payment_id = ?1 ORDER BY a.seq DESC LIMIT 1",
        id);
    if (!q.step() || q.get<bool>(3))
        return std::nullopt;
    return Assignment{q.get<int>(0), q.get<SubscriberId>(1), q.get<JournalId>(2)};
}

void insert_unassignment(Tx& tx, PaymentId id, int seq, JournalId journal, const std::string& actor,
                         const std::string& reason, UnixTime now)
{
    tx.run("INSERT INTO payment_unassignment(payment_id, seq, journal_id, actor, reason, at) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
           id, seq, journal, actor, reason, now);
}

std::vector<PaymentId> payments_without_receipt(ReadTx& tx, const std::string& provider,
                                                Money amount, UnixTime since)
{
    std::vector<PaymentId> found;
    Query q = tx.query("SELECT id FROM payment WHERE receipt IS NULL AND provider = ?1 "
                       "AND amount_cents = ?2 AND recorded_at >= ?3 ORDER BY id",
                       provider, amount, since);
    while (q.step())
        found.push_back(q.get<PaymentId>(0));
    return found;
}

} // namespace mnara::storage
