#include "http/static_files.hpp"
#include "unit/catch.hpp"
#include "unit/http_office.hpp"

#include <algorithm>

// A build without screens (MNARA_WEBUI=none) has no files to serve, and says so on the page.

TEST_CASE("Every address of the screens is the same page, and only those are")
{
    HttpOffice office;
    const auto home = office.ask("GET", "/");
    CHECK(home.status == 200);
    CHECK(office.ask("GET", "/app/subscribers").body == home.body);
    CHECK(office.ask("GET", "/app/subscribers/7").body == home.body);
    CHECK(office.ask("GET", "/app/subscribers/7/more").status == 404);
    CHECK(office.ask("GET", "/assets/nothing.js").status == 404);
    CHECK(office.ask("GET", "/assets/..%2Findex.html").status == 404);
    CHECK(office.ask("POST", "/app/subscribers").status == 405);
    if (mnara::http::static_files().empty()) {
        CHECK(home.body.find("/status") != std::string::npos);
        return;
    }
    CHECK(header_of(home, "Cache-Control") == "no-cache");
    const std::string policy = header_of(home, "Content-Security-Policy");
    CHECK(policy.find("default-src 'none'") == 0);
    CHECK(policy.find("script-src 'self'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    // What the policy forbids is not in the page to begin with.
    for (const char* forbidden : {"<style", " style=", "javascript:", " onclick="})
        CHECK(home.body.find(forbidden) == std::string::npos);
}

TEST_CASE("Files of the screens are sorted, packed for who takes it, and kept for ever")
{
    const auto files = mnara::http::static_files();
    CHECK(std::ranges::is_sorted(files, {}, &mnara::http::StaticFile::name));
    HttpOffice office;
    for (const auto& file : files) {
        const std::string name(file.name);
        INFO(name);
        CHECK_FALSE(file.content.empty());
        CHECK_FALSE(file.hash.empty());
        CHECK(file.gzip.size() < file.content.size());
        if (!file.name.starts_with("assets/"))
            continue;
        const auto plain = office.ask("GET", "/" + name);
        CHECK(plain.body == file.content);
        CHECK(header_of(plain, "Content-Encoding").empty());
        CHECK(plain.content_type != "application/octet-stream");
        CHECK(header_of(plain, "Cache-Control").find("immutable") != std::string::npos);
        const auto none = office.ask("GET", "/" + name, "", {{"Accept-Encoding", "gzip;q=0"}});
        CHECK(none.body == file.content);
        const auto packed =
            office.ask("GET", "/" + name, "", {{"Accept-Encoding", "br, gzip, deflate"}});
        CHECK(packed.body == (file.gzip.empty() ? file.content : file.gzip));
        CHECK(header_of(packed, "Content-Encoding") == (file.gzip.empty() ? "" : "gzip"));
        const auto again =
            office.ask("GET", "/" + name, "", {{"If-None-Match", header_of(plain, "ETag")}});
        CHECK(again.status == 304);
        CHECK(again.body.empty());
    }
}
