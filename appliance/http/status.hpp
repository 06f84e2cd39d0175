// The state of the box in one look: for the API, the status page and the metrics.
#pragma once

#include "http/services.hpp"
#include "usecases/listing.hpp"

namespace mnara::http {

struct Overview
{
    UnixTime now;
    bool clock_suspect = false;
    bool sandbox = false;
    std::string isp_name;
    usecases::listing::Counts counts;
    Money money_today; // of the environment in use, since midnight in Nairobi
};
[[nodiscard]] Overview overview(storage::ReadTx& tx, const Services& services,
                                const usecases::listing::ReadScope& scope);

} // namespace mnara::http
