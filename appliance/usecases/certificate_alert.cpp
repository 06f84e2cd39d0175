#include "usecases/certificate_alert.hpp"

#include "storage/alert_store.hpp"

namespace mnara::usecases {

void note_certificate_trouble(const Context& context, const std::string& trouble)
{
    constexpr std::string_view kAlert = "tls_certificate";
    context.db.write([&](storage::Tx& tx) {
        const UnixTime now = context.clock.now();
        storage::close_alert(tx, kAlert, now); // another sentence is another alert
        if (!trouble.empty())
            storage::open_alert(tx, kAlert, "warning", trouble, now);
    });
}

} // namespace mnara::usecases
