// What this machine is called: its host name and every address of its interfaces.
#pragma once

#include <set>
#include <string>

namespace mnara::network::tls {

// With localhost; without link-local addresses, which need a zone that no certificate can name.
[[nodiscard]] std::set<std::string> local_names();

} // namespace mnara::network::tls
