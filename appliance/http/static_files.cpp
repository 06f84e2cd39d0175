// Serves the screens: index.html at each of their addresses, and what it asks for under /assets.
#include "http/static_files.hpp"

#include "http/api.hpp"
#include "http/problem.hpp"

#include <algorithm>
#include <array>

namespace mnara::http::api {

namespace {

// Scripts, styles and pictures from this box alone, none of them inside a page; nobody frames us.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";
constexpr std::string_view kNotBuiltIn =
    "This daemon was built without its screens (MNARA_WEBUI=none). The plain page is at "
    "/status.\n";

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{
    {{".html", "text/html; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".css", "text/css; charset=utf-8"},
     {".svg", "image/svg+xml"},
     {".png", "image/png"},
     {".woff2", "font/woff2"},
     {".webmanifest", "application/manifest+json"},
     {".txt", "text/plain; charset=utf-8"}}};

std::string_view type_of(std::string_view name)
{
    for (const auto& [ending, type] : kTypes)
        if (name.ends_with(ending))
            return type;
    return "application/octet-stream";
}

const StaticFile* find(std::string_view name)
{
    const auto files = static_files();
    const auto at = std::ranges::lower_bound(files, name, std::ranges::less(), &StaticFile::name);
    return at != files.end() && at->name == name ? &*at : nullptr;
}

// Whether "gzip" stands in the list, and is not switched off with q=0.
bool takes_gzip(const Request& request)
{
    std::string accepted = request.header("Accept-Encoding").value_or("");
    std::erase(accepted, ' ');
    const auto at = accepted.find("gzip");
    if (at == std::string::npos)
        return false;
    const std::string_view rest = std::string_view(accepted).substr(at + 4);
    return !rest.starts_with(";q=0") || rest.starts_with(";q=0.");
}

Reply file_reply(const Request& request, const StaticFile& file, std::string_view keep)
{
    const std::string tag = '"' + std::string(file.hash) + '"';
    Headers headers{{"ETag", tag},
                    {"Cache-Control", std::string(keep)},
                    {"Vary", "Accept-Encoding"},
                    {"Content-Security-Policy", std::string(kPolicy)}};
    const std::string known = request.header("If-None-Match").value_or("");
    if (known.find(tag) != std::string::npos)
        return {304, "", "", std::move(headers)};
    const bool packed = !file.gzip.empty() && takes_gzip(request);
    if (packed)
        headers.emplace_back("Content-Encoding", "gzip");
    return {200, std::string(packed ? file.gzip : file.content), std::string(type_of(file.name)),
            std::move(headers)};
}

} // namespace

Reply app_page(Call& call)
{
    const StaticFile* page = find("index.html");
    if (page == nullptr)
        return {200, std::string(kNotBuiltIn), "text/plain; charset=utf-8", {}};
    // Asked for anew each time, so that a newer box is seen at once; mostly answered by 304.
    return file_reply(call.request, *page, "no-cache");
}

Reply asset(Call& call)
{
    const StaticFile* file = find("assets/" + call.path.at("name"));
    if (file == nullptr)
        return problem(404, "no_such_path", "There is nothing at this path.");
    // The name of such a file carries the hash of what is in it: it never changes.
    return file_reply(call.request, *file, "public, max-age=31536000, immutable");
}

} // namespace mnara::http::api
