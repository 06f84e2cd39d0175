#include "population.hpp"

#include <cstdio>

namespace bench {

std::string username(Number i)
{
    return session_id("user", i);
}

std::string password(Number i)
{
    return "pw-" + username(i);
}

std::string device(Number i)
{
    char text[32];
    std::snprintf(text, sizeof text, "02:00:00:%02llx:%02llx:%02llx",
                  static_cast<unsigned long long>(i >> 16 & 255),
                  static_cast<unsigned long long>(i >> 8 & 255),
                  static_cast<unsigned long long>(i & 255));
    return text;
}

unsigned address(Number i)
{
    return (10U << 24 | 64U << 16) + static_cast<unsigned>(i) + 1;
}

std::string dotted(unsigned address)
{
    return std::to_string(address >> 24) + "." + std::to_string(address >> 16 & 255) + "." +
           std::to_string(address >> 8 & 255) + "." + std::to_string(address & 255);
}

std::string session_id(const std::string& prefix, Number i)
{
    char text[32];
    std::snprintf(text, sizeof text, "%06lld", i);
    return prefix + text;
}

} // namespace bench
