// Jobs around money: working on provider messages, sending pushes, asking after them, spending what
// came while the clock was suspect.
#pragma once

#include "jobs/job.hpp"
#include "usecases/context.hpp"
#include "usecases/ports.hpp"

namespace mnara::jobs {

[[nodiscard]] Job inbox_job(const usecases::Context& context,
                            const usecases::PaymentProvider& provider);
// `callback_base`: our public address, without a trailing slash.
[[nodiscard]] Job push_job(const usecases::Context& context, usecases::PaymentProvider& provider,
                           std::string callback_base);
[[nodiscard]] Job query_job(const usecases::Context& context, usecases::PaymentProvider& provider);
[[nodiscard]] Job deferred_purchase_job(const usecases::Context& context);

} // namespace mnara::jobs
