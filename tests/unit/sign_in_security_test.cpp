// The pure parts of signing in, against published vectors and hand-reckoned values.
#include "core/crypto.hpp"
#include "core/sha1.hpp"
#include "domain/ip_network.hpp"
#include "domain/lockout.hpp"
#include "domain/picture.hpp"
#include "domain/totp.hpp"
#include "unit/catch.hpp"

using namespace mnara;

TEST_CASE("SHA-1 and its HMAC give the published digests")
{
    CHECK(crypto::to_hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(crypto::to_hex(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(crypto::to_hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    CHECK(crypto::to_hex(sha1(std::string(1'000'000, 'a'))) ==
          "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    // RFC 2202, cases 1, 2 and 6.
    CHECK(crypto::to_hex(hmac_sha1(std::string(20, '\x0b'), "Hi There")) ==
          "b617318655057264e28bc0b6fb378c8ef146be00");
    CHECK(crypto::to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")) ==
          "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    CHECK(crypto::to_hex(hmac_sha1(std::string(80, '\xaa'),
                                   "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST_CASE("Codes of the phone are those of RFC 6238, last six digits")
{
    const std::string secret = "12345678901234567890";
    for (const auto& [at, code] : {std::pair{59LL, "287082"},
                                   {1111111109LL, "081804"},
                                   {1111111111LL, "050471"},
                                   {1234567890LL, "005924"},
                                   {2000000000LL, "279037"},
                                   {20000000000LL, "353130"}})
        CHECK(domain::totp_code(secret, domain::totp_step(unix_time(at))) == code);
    CHECK(domain::to_base32(secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    CHECK(domain::to_base32("foobar") == "MZXW6YTBOI");
    CHECK(domain::otpauth_url("Net & Co", "jane", "foobar") ==
          "otpauth://totp/Net%20%26%20Co:jane?secret=MZXW6YTBOI&issuer=Net%20%26%20Co");
}

TEST_CASE("A code counts one step early or late, and never twice")
{
    const std::string secret = "12345678901234567890";
    const UnixTime now = unix_time(1'111'111'111);
    const std::int64_t step = domain::totp_step(now);
    for (const std::int64_t offset : {-1, 0, 1})
        CHECK(domain::find_totp_step(secret, domain::totp_code(secret, step + offset), now, 0) ==
              step + offset);
    CHECK_FALSE(domain::find_totp_step(secret, domain::totp_code(secret, step - 2), now, 0));
    CHECK_FALSE(domain::find_totp_step(secret, domain::totp_code(secret, step + 2), now, 0));
    CHECK_FALSE(domain::find_totp_step(secret, domain::totp_code(secret, step), now, step));
    CHECK_FALSE(domain::find_totp_step(secret, domain::totp_code(secret, step - 1), now, step));
    CHECK_FALSE(domain::find_totp_step(secret, "", now, 0));
}

TEST_CASE("Each five wrong tries lock for longer, up to eight hours")
{
    std::vector<UnixTime> wrong;
    UnixTime now = unix_time(1'000'000);
    for (const int minutes : {15, 30, 60, 120, 240, 480, 480}) {
        for (int i = 0; i < 5; ++i) {
            if (i == 4)
                CHECK(domain::locked_until(wrong) <= now); // four more are not enough
            wrong.push_back(now);
            now += Seconds{60};
        }
        CHECK(domain::locked_until(wrong) == wrong.back() + Seconds{minutes * 60});
        now = domain::locked_until(wrong);
    }
    CHECK(domain::locked_until({}) == UnixTime{});
    // Five within more than a quarter of an hour are a bad memory.
    CHECK(domain::locked_until({unix_time(0), unix_time(300), unix_time(600), unix_time(900),
                                unix_time(1200)}) == UnixTime{});
}

TEST_CASE("P78: networks of both families hold what is in them and nothing else")
{
    const auto holds = [](const char* network, const char* address) {
        return domain::parse_ip_network(network).value().contains(
            domain::parse_ip(address).value());
    };
    CHECK(holds("196.201.0.0/16", "196.201.255.255"));
    CHECK_FALSE(holds("196.201.0.0/16", "196.202.0.0"));
    CHECK(holds("10.0.0.7", "10.0.0.7"));
    CHECK(holds("10.0.0.7", "::ffff:10.0.0.7")); // as a socket of both families names it
    CHECK_FALSE(holds("10.0.0.7", "10.0.0.6"));
    CHECK(holds("2001:db8::/32", "2001:db8:ffff::1"));
    CHECK_FALSE(holds("2001:db8::/32", "2001:db9::1"));
    CHECK(holds("0.0.0.0/0", "1.2.3.4"));
    CHECK_FALSE(holds("0.0.0.0/0", "::1"));
    CHECK(holds("::/0", "::1"));
    for (const char* bad : {"", "10.0.0.7/24", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
                            "2001:db8::1/32", "::/129", "10.0.0", "all", "10.0.0.0/8 "})
        CHECK_FALSE(domain::parse_ip_network(bad));
    CHECK(domain::to_text(*domain::parse_ip_network("2001:0db8:0::/32")) == "2001:db8::/32");
    CHECK(domain::to_text(*domain::parse_ip_network("10.1.0.0/16")) == "10.1.0.0/16");
    CHECK(domain::place_of("41.90.7.200") == "41.90.7.0/24");
    CHECK(domain::place_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64");
    CHECK(domain::place_of("console") == "console");
}

namespace {

std::string png(const std::string& size = std::string("\0\0\0\x10\0\0\0\x10", 8))
{
    const auto chunk = [](const std::string& name, const std::string& data) {
        return std::string("\0\0\0", 3) + static_cast<char>(data.size()) + name + data + "crc!";
    };
    return "\x89PNG\r\n\x1a\n" + chunk("IHDR", size + std::string("\x08\x06\0\0\0", 5)) +
           chunk("IDAT", "xx") + chunk("IEND", "");
}

std::string svg(const std::string& inside)
{
    return R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">)" + inside + "</svg>";
}

} // namespace

TEST_CASE("B24: a logo is a small picture that can do nothing")
{
    CHECK(domain::check_picture(png()).value() == "image/png");
    CHECK_FALSE(domain::check_picture(png().substr(0, 40)));
    CHECK_FALSE(domain::check_picture(png() + "<script>"));
    CHECK_FALSE(domain::check_picture(png(std::string("\0\1\0\0\0\0\0\x10", 8)))); // 65536 wide
    CHECK_FALSE(domain::check_picture(png() + std::string(70'000, 'x')));
    CHECK_FALSE(domain::check_picture("GIF89a"));
    CHECK_FALSE(domain::check_picture(""));
    CHECK(domain::check_picture(svg("<g><path d='M0 0L9 9' fill=\"#123\"/><text x='1'>Net &amp; "
                                    "Co</text></g><!-- made by hand -->"))
              .value() == "image/svg+xml");
    CHECK(domain::check_picture("<?xml version=\"1.0\"?>\n" +
                                svg("<defs><linearGradient id='a'><stop offset='1'/>"
                                    "</linearGradient></defs><rect fill='url(#a)' "
                                    "transform='rotate(3)'/><use href='#a'/>")));
    for (const char* bad : {"<script>alert(1)</script>",
                            "<rect onload='alert(1)'/>",
                            "<style>a{}</style>",
                            "<rect style='fill:red'/>",
                            "<image href='x.png'/>",
                            "<use href='http://x/y#z'/>",
                            "<a href='javascript:alert(1)'/>",
                            "<use xlink:href='data:image/svg+xml,x'/>",
                            "<foreignObject/>",
                            "<rect fill='url(http://x)'/>",
                            "<rect fill='url(#a) url(//x)'/>",
                            "<animate attributeName='href'/>",
                            "<rect fill='&#106;'/>",
                            "<rect",
                            "<rect x=1/>",
                            "<!-- no end",
                            "</svg><svg>",
                            "<![CDATA[x]]>",
                            "<SCRIPT/>",
                            "<svg:script/>"}) {
        INFO(bad);
        CHECK_FALSE(domain::check_picture(svg(bad)));
    }
    CHECK_FALSE(domain::check_picture("<!DOCTYPE svg [<!ENTITY x 'y'>]>" + svg("")));
    CHECK_FALSE(domain::check_picture("<html><svg/></html>"));
    CHECK_FALSE(domain::check_picture("text" + svg("")));
}
