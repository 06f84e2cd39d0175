// The daemon: the only place that builds clocks, sockets and threads and connects everything.
#pragma once

#include "app_office.hpp"

namespace mnara::app {

// Runs until SIGTERM or SIGINT. Order at start: files, healing of radius.db, sockets, threads; at
// the end: no new connections, requests under way finish, then the jobs, then the files. Returns
// the process's exit code.
int serve(Office& office);

} // namespace mnara::app
