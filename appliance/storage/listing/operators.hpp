// Tries to sign in and the audit log, as the office looks through them. Read only.
#pragma once

#include "storage/database.hpp"
#include "storage/listing/page.hpp"
#include "storage/operator_session_store.hpp"

#include <string>

namespace mnara::storage::listing {

using storage::all_operators;
using storage::find_operator;
using storage::living_tokens;
using storage::operator_networks;
using storage::OperatorRow;
using storage::recovery_codes_left;
using storage::SessionOfOperator;

// Empty texts and missing times limit nothing; `to` is not included.
struct WhichSignIns
{
    std::string login, peer, outcome;
    std::optional<UnixTime> from, to;
};
struct SignInView
{
    std::int64_t id = 0;
    UnixTime at;
    std::string login, peer, user_agent, outcome;
};
// Every try; an unlocking, which is none, only where it is asked for by its outcome.
[[nodiscard]] std::vector<SignInView> sign_ins(ReadTx& tx, const WhichSignIns& which,
                                               const Page& page);

struct WhichAudit
{
    std::string actor, action, entity, entity_id;
    std::optional<UnixTime> from, to;
};
struct AuditView
{
    std::int64_t id = 0;
    UnixTime at;
    std::string actor, actor_name; // the name is empty for the system itself
    std::string action, entity, entity_id, detail;
    std::optional<std::string> peer;
    std::string entity_name; // as people know it now; empty where it has no name or is gone
    std::optional<SubscriberId> subscriber_id; // whose line or request for money it is
};
[[nodiscard]] std::vector<AuditView> audit_log(ReadTx& tx, const WhichAudit& which,
                                               const Page& page);

} // namespace mnara::storage::listing
