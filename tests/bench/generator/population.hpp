// Who lives in a benchmark: subscriber i, from 0, is the same for the filler and the load.
#pragma once

#include <string>

namespace bench {

using Number = long long;

[[nodiscard]] std::string username(Number i); // user000000
[[nodiscard]] std::string password(Number i); // pw-user000000
[[nodiscard]] std::string device(Number i);   // 02:00:00:00:00:00
// Framed-IP-Address as an integer; one of 10.64.0.0/10.
[[nodiscard]] unsigned address(Number i);
[[nodiscard]] std::string dotted(unsigned address);
// The name of a session: open-000000.
[[nodiscard]] std::string session_id(const std::string& prefix, Number i);

inline constexpr const char* kRouterSource = "127.0.0.2";
inline constexpr const char* kRouterSecret = "bench-router-secret";

} // namespace bench
