// What a fuzz target uses: its input as text, and a check that ends the process.
#pragma once

#include "core/check.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

// Called by libFuzzer, or by replay.cpp for each file of a corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size)
{
    return size == 0 ? std::string_view()
                     : std::string_view(reinterpret_cast<const char*>(data), size);
}

// Cuts the next line off; the last one may lack its line feed.
inline std::string_view next_line(std::string_view& rest)
{
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return line;
}

} // namespace fuzz
