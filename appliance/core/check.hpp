// ENSURE: a bug in our own code ends the process, always, in every build. systemd starts it again
// and the database is whole, because nothing is true before its COMMIT. Never use it for bad input
// (that is a Result) nor for a full disk (that is an exception).
#pragma once

namespace mnara {

// Writes where and what to stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* what) noexcept;

} // namespace mnara

#ifdef NDEBUG
#error "Assertions stay on in production: never build with NDEBUG"
#endif

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) [[unlikely]]                                                             \
            ::mnara::check_failed(__FILE__, __LINE__, #condition);                                 \
    } while (false)
