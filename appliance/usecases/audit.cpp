#include "usecases/audit.hpp"

#include "core/crypto.hpp"
#include "storage/office_store.hpp"

namespace mnara::usecases {

void audit(storage::Tx& tx, const Context& context, const std::string& actor,
           const std::string& action, const std::string& entity, std::int64_t entity_id,
           const std::string& detail)
{
    const storage::AuditRow row{
        context.clock.now(),      actor, action, entity, std::to_string(entity_id), detail,
        context.keys.current_id()};
    const std::string prev_hash = storage::last_audit_hash(tx);
    // Each part is led by its length, so that no two rows give the same text.
    std::string text = prev_hash;
    for (const std::string& part : {std::to_string(to_seconds(row.at)), row.actor, row.action,
                                    row.entity, row.entity_id, row.detail})
        text += std::to_string(part.size()) + ':' + part;
    storage::insert_audit(tx, row, prev_hash, crypto::keyed_hash(context.keys.current(), text));
}

} // namespace mnara::usecases
