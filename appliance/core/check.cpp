#include "core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace mnara {

void check_failed(const char* file, int line, const char* what) noexcept
{
    (void)std::fprintf(stderr, "ENSURE failed at %s:%d: %s\n", file, line, what);
    std::abort();
}

} // namespace mnara
