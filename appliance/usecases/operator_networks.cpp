#include "usecases/operator_networks.hpp"

#include "domain/ip_network.hpp"
#include "storage/operator_store.hpp"
#include "usecases/audit.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

constexpr std::size_t kNetworksMax = 200;

bool is_on(const std::vector<storage::OperatorNetworkRow>& rows, const std::string& peer)
{
    const auto address = domain::parse_ip(peer);
    return rows.empty() || (address && std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
                                const auto network = domain::parse_ip_network(row.network);
                                return network && network->contains(*address);
                            }));
}

} // namespace

bool is_allowed_address(storage::ReadTx& tx, const std::string& peer)
{
    return is_on(storage::operator_networks(tx), peer);
}

Result<Done, AllowListRefusal> set_allow_list(storage::Tx& tx, const Context& context,
                                              const std::vector<std::string>& wanted,
                                              bool confirmed, const std::string& actor)
{
    if (wanted.size() > kNetworksMax)
        return refuse(AllowListRefusal{AllowListError::TooMany, ""});
    std::vector<storage::OperatorNetworkRow> rows;
    std::string told;
    for (const std::string& one : wanted) {
        const auto network = domain::parse_ip_network(one);
        if (!network)
            return refuse(AllowListRefusal{AllowListError::BadNetwork, one});
        rows.push_back({domain::to_text(*network), actor, context.clock.now()});
        told += (told.empty() ? "" : " ") + rows.back().network;
    }
    if (!confirmed && !context.peer.empty() && !is_on(rows, context.peer))
        return refuse(AllowListRefusal{AllowListError::WouldLockOut, context.peer});
    storage::put_operator_networks(tx, rows);
    audit(tx, context, actor, "changed", "allow_list", 0, audit_fields({{"networks", told}}));
    return Done{};
}

} // namespace mnara::usecases
