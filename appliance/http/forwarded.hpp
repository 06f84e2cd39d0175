// Who asks through a proxy on this box, as the proxy says it.
#pragma once

#include "http/message.hpp"

namespace mnara::http {

// Makes `request.peer` the last address of X-Forwarded-For, the one that the proxy itself has added
// (those before it are the client's own words), and notes the proxy in `request.proxy`. Does
// nothing unless the request came from `trusted`; where there is no such address, the proxy stays
// the peer.
void name_forwarded_peer(Request& request, const std::string& trusted);

} // namespace mnara::http
