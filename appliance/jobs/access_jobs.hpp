// Jobs around access: the projection, the end of terms, what routers must still learn, the clock.
#pragma once

#include "jobs/job.hpp"
#include "usecases/context.hpp"
#include "usecases/ports.hpp"
#include "usecases/projection.hpp"

namespace mnara::jobs {

// The only writer of radius.db. It also raises the clock mark there once a minute.
[[nodiscard]] Job projection_job(const usecases::Context& context, storage::RadiusDb& radius);
[[nodiscard]] Job expiry_job(const usecases::Context& context);
[[nodiscard]] Job router_job(const usecases::Context& context, usecases::CoaClient& coa);
[[nodiscard]] Job stale_session_job(const usecases::Context& context);

} // namespace mnara::jobs
