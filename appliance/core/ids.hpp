// Strong ids: a SubscriberId is never taken for a PaymentId by mistake.
#pragma once

#include <compare>
#include <cstdint>

namespace mnara {

template <class Tag> struct Id
{
    std::int64_t value = 0;
    auto operator<=>(const Id&) const = default;
};

using OperatorId = Id<struct OperatorTag>;
using SecretId = Id<struct SecretTag>;
using SubscriberId = Id<struct SubscriberTag>;
using SubscriptionId = Id<struct SubscriptionTag>;
using PlanVersionId = Id<struct PlanVersionTag>;
using TermId = Id<struct TermTag>;
using LedgerAccountId = Id<struct LedgerAccountTag>;
using JournalId = Id<struct JournalTag>;
using AttemptId = Id<struct AttemptTag>;
using PaymentId = Id<struct PaymentTag>;
using InboxId = Id<struct InboxTag>;
using RouterId = Id<struct RouterTag>;
using SessionId = Id<struct SessionTag>;
using RouterJobId = Id<struct RouterJobTag>;
using SiteId = Id<struct SiteTag>;
using AreaId = Id<struct AreaTag>;
using BuildingId = Id<struct BuildingTag>;
using UnitId = Id<struct UnitTag>;
using TenancyId = Id<struct TenancyTag>;

} // namespace mnara
