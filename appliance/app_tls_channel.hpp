// Connections on the port for HTTPS: joins network/tls to the front, neither of which knows the
// other.
#pragma once

#include "http/channel.hpp"
#include "network/tls/config.hpp"

#include <functional>
#include <memory>

namespace mnara::app {

// The certificate and settings of a connection that begins now; asked from many threads.
using TlsNow = std::function<std::shared_ptr<const network::tls::Config>()>;

[[nodiscard]] http::OpenChannel tls_channels(TlsNow tls);

} // namespace mnara::app
