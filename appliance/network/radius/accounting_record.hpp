// An Accounting-Request as the record the house keeps (RFC 2866, RFC 2869 sections 5.1, 5.2). Pure.
// accounting_server calls it for packets whose signature was right.
#pragma once

#include "core/result.hpp"
#include "network/radius/packet.hpp"
#include "usecases/accounting.hpp"

#include <string>

namespace mnara::network::radius {

// `arrived_at` is our time. The error says in words why the packet cannot be recorded: it names no
// router or no session, or its status is none of those we keep.
[[nodiscard]] Result<usecases::AccountingRecord, std::string> read_accounting(const Packet& packet,
                                                                              UnixTime arrived_at);

// Acct-Terminate-Cause in words ("lost-carrier"); "cause 99" where RFC 2866 has none.
[[nodiscard]] std::string terminate_cause_text(std::uint32_t cause);

} // namespace mnara::network::radius
