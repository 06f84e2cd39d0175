// The screens, as they were built in: every file of the built webui/, by name. Made by
// embed_webui.cmake, served by static_files.cpp.
#pragma once

#include <span>
#include <string_view>

namespace mnara::http {

struct StaticFile
{
    std::string_view name;    // "index.html", "assets/main-3f9a.js"
    std::string_view content; // as it is
    std::string_view gzip;    // the same, packed; empty where that saves nothing
    std::string_view hash;    // of the content, for ETag
};

// Sorted by name. Empty where the daemon was built without screens.
[[nodiscard]] std::span<const StaticFile> static_files();

} // namespace mnara::http
