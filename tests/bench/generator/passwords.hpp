// What proves a password in an Access-Request.
#pragma once

#include "packets.hpp"

#include <random>

namespace bench {

enum class Method { Pap, Chap, MsChap2 };

// Adds the attributes of the method. `authenticator` is the packet's own.
void add_password(Packet& packet, Method method, std::string_view user, std::string_view password,
                  std::string_view secret, const Bytes16& authenticator, std::mt19937_64& chance);

[[nodiscard]] Bytes16 any_bytes(std::mt19937_64& chance);

} // namespace bench
