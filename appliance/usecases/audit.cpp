#include "usecases/audit.hpp"

#include "core/crypto.hpp"
#include "core/json.hpp"
#include "storage/office_store.hpp"

namespace mnara::usecases {

std::string audit_fields(const AuditFields& fields)
{
    std::string text;
    for (const auto& [name, value] : fields) {
        text += text.empty() ? "{" : ",";
        text += json_quote(name) + ":";
        if (const auto* words = std::get_if<std::string>(&value))
            text += json_quote(*words);
        else
            text += std::to_string(std::get<std::int64_t>(value));
    }
    return text.empty() ? "" : text + "}";
}

void audit(storage::Tx& tx, const Context& context, const std::string& actor,
           const std::string& action, const std::string& entity, std::int64_t entity_id,
           const std::string& detail)
{
    const storage::AuditRow row{
        context.clock.now(),       actor,       action, entity, std::to_string(entity_id), detail,
        context.keys.current_id(), context.peer};
    const std::string prev_hash = storage::last_audit_hash(tx);
    // Each part is led by its length, so that no two rows give the same text.
    std::string text = prev_hash;
    for (const std::string& part : {std::to_string(to_seconds(row.at)), row.actor, row.action,
                                    row.entity, row.entity_id, row.detail})
        text += std::to_string(part.size()) + ':' + part;
    if (!row.peer.empty()) // rows of the box itself, and those of older versions, have none
        text += "from " + std::to_string(row.peer.size()) + ':' + row.peer;
    storage::insert_audit(tx, row, prev_hash, crypto::keyed_hash(context.keys.current(), text));
}

std::int64_t last_audit(storage::ReadTx& tx)
{
    return storage::last_audit_id(tx);
}

} // namespace mnara::usecases
