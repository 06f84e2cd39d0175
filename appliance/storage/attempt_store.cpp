#include "storage/attempt_store.hpp"

namespace mnara::storage {

namespace {

domain::PaymentAttempt read_attempt(const Query& q)
{
    domain::PaymentAttempt a;
    a.id = q.get<AttemptId>(0);
    a.provider = q.get<std::string>(1);
    a.reference = q.get<std::string>(2);
    a.checkout_id = q.get<std::optional<std::string>>(3);
    a.phone = q.get<std::string>(4);
    a.amount = q.get<Money>(5);
    a.subscriber_id = q.get<SubscriberId>(6);
    a.subscription_id = q.get<std::optional<SubscriptionId>>(7);
    a.plan_version_id = q.get<std::optional<PlanVersionId>>(8);
    a.state = domain::attempt_state(q.get<std::string>(9)).value();
    a.result_code = q.get<std::optional<std::string>>(10);
    a.result_text = q.get<std::optional<std::string>>(11);
    a.requested_at = q.get<UnixTime>(12);
    a.asked_at = q.get<std::optional<UnixTime>>(13);
    a.resolved_at = q.get<std::optional<UnixTime>>(14);
    a.callback_token_hash = q.get<std::optional<std::string>>(15);
    return a;
}

std::string attempts_where(std::string_view condition)
{
    return "SELECT id, provider, reference, checkout_id, phone, amount_cents, subscriber_id, "
           "subscription_id, plan_version_id, state, result_code, result_text, requested_at, "
           "asked_at, resolved_at, callback_token_hash FROM payment_attempt WHERE " +
           std::string(condition);
}

std::optional<domain::PaymentAttempt> first(Query q)
{
    if (!q.step())
        return std::nullopt;
    return read_attempt(q);
}

std::vector<domain::PaymentAttempt> all(Query q)
{
    std::vector<domain::PaymentAttempt> rows;
    while (q.step())
        rows.push_back(read_attempt(q));
    return rows;
}

bool exists(Query q)
{
    return q.step();
}

} // namespace

AttemptId insert_attempt(Tx& tx, const NewAttempt& a)
{
    return tx.insert<AttemptId>(
        "INSERT INTO payment_attempt(provider, reference, phone, amount_cents, purpose, "
        "subscriber_id, subscription_id, plan_version_id, actor, state, requested_at, "
        "next_check_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'requested', ?10, ?10)",
        a.provider, a.reference, a.phone, a.amount, a.purpose, a.subscriber_id, a.subscription_id,
        a.plan_version_id, a.actor, a.requested_at);
}

bool reference_is_taken(ReadTx& tx, const std::string& reference)
{
    return exists(tx.query("SELECT 1 FROM payment_attempt WHERE reference = ?1", reference));
}

std::optional<domain::PaymentAttempt> find_attempt(ReadTx& tx, AttemptId id)
{
    return first(tx.query(attempts_where("id = ?1"), id));
}

std::optional<domain::PaymentAttempt> find_attempt_by_token(ReadTx& tx,
                                                            const std::string& token_hash)
{
    return first(tx.query(attempts_where("callback_token_hash = ?1"), Blob{token_hash}));
}

std::optional<domain::PaymentAttempt>
find_attempt_by_reference(ReadTx& tx, const std::string& provider, const std::string& reference)
{
    return first(tx.query(attempts_where("provider = ?1 AND reference = ?2"), provider, reference));
}

std::vector<domain::PaymentAttempt> attempts_of_phone(ReadTx& tx, const std::string& phone,
                                                      UnixTime since)
{
    return all(tx.query(
        attempts_where("phone = ?1 AND requested_at >= ?2 ORDER BY requested_at DESC, id DESC"),
        phone, since));
}

std::vector<domain::PaymentAttempt> attempts_of_amount(ReadTx& tx, const std::string& provider,
                                                       Money amount, UnixTime since)
{
    return all(tx.query(attempts_where("provider = ?1 AND amount_cents = ?2 AND asked_at >= ?3 "
                                       "ORDER BY id DESC"),
                        provider, amount, since));
}

std::optional<domain::PaymentAttempt> oldest_unasked_attempt(ReadTx& tx)
{
    return first(
        tx.query(attempts_where("state = 'requested' AND asked_at IS NULL ORDER BY id LIMIT 1")));
}

std::optional<domain::PaymentAttempt> due_attempt(ReadTx& tx, UnixTime now, UnixTime last_plausible)
{
    return first(tx.query(attempts_where("state IN ('requested','prompted','unknown') "
                                         "AND asked_at IS NOT NULL "
                                         "AND (next_check_at <= ?1 OR next_check_at > ?2) "
                                         "ORDER BY next_check_at LIMIT 1"),
                          now, last_plausible));
}

std::optional<UnixTime> next_attempt_check(ReadTx& tx)
{
    Query q = tx.query("SELECT MIN(next_check_at) FROM payment_attempt "
                       "WHERE state IN ('requested','prompted','unknown')");
    return q.step() ? q.get<std::optional<UnixTime>>(0) : std::nullopt;
}

void mark_attempt_asked(Tx& tx, AttemptId id, const std::string& callback_token_hash, UnixTime now,
                        UnixTime next_check_at)
{
    tx.run("UPDATE payment_attempt SET callback_token_hash = ?2, asked_at = ?3, next_check_at = ?4 "
           "WHERE id = ?1",
           id, Blob{callback_token_hash}, now, next_check_at);
}

void delay_attempt(Tx& tx, AttemptId id, std::optional<UnixTime> next_check_at)
{
    tx.run("UPDATE payment_attempt SET next_check_at = ?2 WHERE id = ?1", id, next_check_at);
}

void mark_attempt_prompted(Tx& tx, AttemptId id, const std::string& checkout_id,
                           UnixTime next_check_at)
{
    tx.run("UPDATE payment_attempt SET state = 'prompted', checkout_id = ?2, next_check_at = ?3 "
           "WHERE id = ?1",
           id, checkout_id, next_check_at);
}

void learn_checkout_id(Tx& tx, AttemptId id, const std::string& checkout_id)
{
    tx.run("UPDATE payment_attempt SET checkout_id = COALESCE(checkout_id, ?2) WHERE id = ?1", id,
           checkout_id);
}

bool checkout_id_is_taken(ReadTx& tx, const std::string& provider, const std::string& checkout_id)
{
    return exists(tx.query("SELECT 1 FROM payment_attempt WHERE provider = ?1 AND checkout_id = ?2",
                           provider, checkout_id));
}

void resolve_attempt(Tx& tx, AttemptId id, domain::AttemptState state,
                     const std::string& result_code, const std::string& result_text, UnixTime now)
{
    tx.run("UPDATE payment_attempt SET state = ?2, result_code = ?3, result_text = ?4, "
           "resolved_at = ?5, next_check_at = NULL WHERE id = ?1",
           id, to_text(state), result_code, result_text, now);
}

void mark_attempt_unknown(Tx& tx, AttemptId id, const std::string& result_code,
                          const std::string& result_text, std::optional<UnixTime> next_check_at)
{
    tx.run("UPDATE payment_attempt SET state = 'unknown', result_code = ?2, result_text = ?3, "
           "next_check_at = ?4 WHERE id = ?1",
           id, result_code, result_text, next_check_at);
}

} // namespace mnara::storage
