// A bug on purpose: it proves that the machinery finds one. A record says how long its name is, and
// is believed. Expected to crash; not a part of the product.
#include "fuzz/check.hpp"

#include <algorithm>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t kNameBytes = 8;
    if (size < 3 || data[0] != 'M' || data[1] != 'n')
        return 0;
    std::vector<std::uint8_t> name(kNameBytes);
    const std::size_t claimed = data[2];
    if (size - 3 < claimed)
        return 0;
    std::copy_n(data + 3, claimed, name.data()); // nobody asks whether it fits
    return name[0] == 'x' && claimed > 0 ? 0 : 0;
}
