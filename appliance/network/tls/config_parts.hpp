// The inside of Config, for config.cpp and session.cpp.
#pragma once

#include "network/tls/config.hpp"
#include "network/tls/owned.hpp"

namespace mnara::network::tls {

struct Config::Parts
{
    Rng rng;
    Tickets tickets;
    SslConfig ssl; // last, since it points at the others
};

} // namespace mnara::network::tls
