// Joins the database's commits to the screens that are open.
#pragma once

#include "http/events.hpp"
#include "jobs/job.hpp"
#include "storage/database.hpp"

namespace mnara::app {

// Wires the tables to their topics and returns the loop that tells the screens. Before any thread
// writes; `events` must outlive the database's writers.
[[nodiscard]] jobs::Job events_job(storage::Database& db, http::EventHub& events);

} // namespace mnara::app
