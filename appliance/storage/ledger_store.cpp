#include "storage/ledger_store.hpp"

#include <algorithm>
#include <array>

namespace mnara::storage {

namespace {

LedgerAccountId account_id(Tx& tx, const domain::Account& account, UnixTime now)
{
    {
        Query q = tx.query("SELECT id FROM ledger_account WHERE code = ?1", account.code);
        if (q.step())
            return q.get<LedgerAccountId>(0);
    }
    return tx.insert<LedgerAccountId>(
        "INSERT INTO ledger_account(code, kind, normal_side, min_balance_cents, subscriber_id, "
        "created_at) SELECT ?1, kind, normal_side, min_balance_cents, ?3, ?4 FROM account_kind "
        "WHERE kind = ?2",
        account.code, account.kind, account.subscriber_id, now);
}

} // namespace

JournalId post_journal(Tx& tx, const domain::Journal& journal)
{
    ENSURE(!journal.posting.empty());
    // The journal must be the newest when its transfers come, so accounts are opened before it.
    std::vector<std::pair<LedgerAccountId, LedgerAccountId>> sides;
    for (const domain::Transfer& transfer : journal.posting)
        sides.emplace_back(account_id(tx, transfer.debit, journal.recorded_at),
                           account_id(tx, transfer.credit, journal.recorded_at));
    const auto id = tx.insert<JournalId>(
        "INSERT INTO journal(kind, source_key, reverses_journal_id, actor, event_at, recorded_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        journal.kind, journal.source_key, journal.reverses, journal.actor, journal.event_at,
        journal.recorded_at);
    for (std::size_t i = 0; i < sides.size(); ++i)
        tx.run(
            "INSERT INTO transfer(journal_id, amount_cents, debit_account_id, credit_account_id) "
            "VALUES (?1, ?2, ?3, ?4)",
            id, journal.posting[i].amount, sides[i].first, sides[i].second);
    return id;
}

std::optional<JournalId> find_journal(ReadTx& tx, const std::string& source_key)
{
    Query q = tx.query("SELECT id FROM journal WHERE source_key = ?1", source_key);
    if (!q.step())
        return std::nullopt;
    return q.get<JournalId>(0);
}

domain::Posting posting_of(ReadTx& tx, JournalId journal)
{
    // Account holds its kind as a view, so the words are those of the chart.
    static constexpr std::array<std::string_view, 8> kKinds{"provider",  "cash",      "receivable",
                                                            "goodwill",  "write_off", "wallet",
                                                            "unapplied", "revenue"};
    const auto account = [](const Query& q, int column) {
        const auto kind = q.get<std::string>(column);
        const auto* found = std::find(kKinds.begin(), kKinds.end(), kind);
        ENSURE(found != kKinds.end());
        return domain::Account{*found, q.get<std::string>(column + 1),
                               q.get<std::optional<SubscriberId>>(column + 2)};
    };
    domain::Posting posting;
    Query q = tx.query("SELECT d.kind, d.code, d.subscriber_id, c.kind, c.code, c.subscriber_id, "
                       "t.amount_cents FROM transfer t "
                       "JOIN ledger_account d ON d.id = t.debit_account_id "
                       "JOIN ledger_account c ON c.id = t.credit_account_id "
                       "WHERE t.journal_id = ?1 ORDER BY t.id",
                       journal);
    while (q.step())
        posting.push_back({account(q, 0), account(q, 3), q.get<Money>(6)});
    return posting;
}

Money account_balance(ReadTx& tx, const domain::Account& account)
{
    Query q = tx.query("SELECT balance_cents FROM ledger_balance WHERE code = ?1", account.code);
    return q.step() ? q.get<Money>(0) : Money();
}

Money trial_balance(ReadTx& tx)
{
    Query q = tx.query("SELECT COALESCE(SUM(CASE normal_side WHEN 'debit' THEN balance_cents "
                       "ELSE -balance_cents END), 0) FROM ledger_balance");
    ENSURE(q.step());
    return q.get<Money>(0);
}

} // namespace mnara::storage
