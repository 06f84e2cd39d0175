// The first life of a house in the sweep: a process of its own that plays the story on a disk that
// goes wrong, and tells what it promised to whom through a pipe.
#pragma once

#include "crash/sweep.hpp"

namespace crash {

// Lines of the pipe beside those of Outside.
inline constexpr const char* kEventsLine = "events ";
inline constexpr const char* kTroubleLine = "trouble ";

// Returns the exit status: 0 where the story came to its end. May never return.
int run_child(const Story& story, const Trial& trial, const std::string& folder,
              const std::string& token, int pipe);

} // namespace crash
