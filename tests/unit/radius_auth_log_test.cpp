#include "network/radius/auth_log.hpp"

#include "unit/catch.hpp"
#include "unit/radius_world.hpp"

#include <filesystem>
#include <fstream>

using namespace mnara;
using namespace mnara::network::radius;

namespace {

std::string line(const std::string& username, const std::string& verdict = "accept")
{
    return "1800000000 " + verdict + " 1 AA%3ABB%3ACC%3A00%3A11%3A22 " + username + " -\n";
}

struct Fixture
{
    RadiusWorld world;
    std::string path = world.folder.path() + "/auth.log";
    AuthLogFollower follower = make();

    AuthLogFollower make() { return AuthLogFollower{world.context, path, {4096, 2048}}; }
    void write(const std::string& text, const std::string& name = "/auth.log") const
    {
        std::ofstream(world.folder.path() + name, std::ios::app) << text;
    }
    // Until it says that nothing is there, twice: a replaced file is looked at once more.
    static void follow(AuthLogFollower& one)
    {
        for (int quiet = 0; quiet < 3;)
            quiet = one.step() ? 0 : quiet + 1;
    }
    void follow() { follow(follower); }
    std::int64_t accepted(const std::string& username)
    {
        return world.ask<std::int64_t>(
            "SELECT COALESCE(SUM(accepted),0) FROM auth_result WHERE username=?1", username);
    }
};

} // namespace

TEST_CASE("a line of the reason log is read word by word")
{
    const auto verdict =
        parse_auth_line("1800000000 reject 12 AA%3ABB jo%20hn%25%0A wrong%20password");
    REQUIRE(verdict);
    REQUIRE(verdict->at == unix_time(1'800'000'000));
    REQUIRE_FALSE(verdict->accepted);
    REQUIRE(verdict->router_name == "12");
    REQUIRE(verdict->calling_station == "AA:BB");
    REQUIRE(verdict->username == "jo hn%\n");
    REQUIRE(verdict->reason == "wrong password");

    const auto bare = parse_auth_line("0 accept 12 - amina -");
    REQUIRE(bare);
    REQUIRE(bare->accepted);
    REQUIRE(bare->calling_station.empty());
    REQUIRE(bare->reason.empty());
}

TEST_CASE("a line that our FreeRADIUS would not write is no verdict")
{
    for (const std::string& text :
         std::vector<std::string>{"",
                                  " ",
                                  "x",
                                  "1800000000 accept 1 - amina",
                                  "1800000000 accept 1 - amina - -",
                                  "1800000000  accept 1 - amina -",
                                  "1800000000 accept 1 -  -",
                                  "1800000000 accept 1 - amina - ",
                                  " 1800000000 accept 1 - amina -",
                                  "now accept 1 - amina -",
                                  "-5 accept 1 - amina -",
                                  "99999999999999999999 accept 1 - amina -",
                                  "999999999999 accept 1 - amina -",
                                  "1800000000 Accept 1 - amina -",
                                  "1800000000 perhaps 1 - amina -",
                                  "1800000000 accept 1 - %4 -",
                                  "1800000000 accept 1 - %zz -",
                                  "1800000000 accept 1 - a% -",
                                  "1800000000 accept 1 - a\tb -",
                                  "1800000000 accept 1 - \xc3\xa9 -",
                                  "1800000000 accept 1 - " + std::string(5000, 'a') + " -",
                                  std::string("1800000000 accept 1 - a\0b -", 27)}) {
        INFO(text);
        REQUIRE_FALSE(parse_auth_line(text));
    }
}

TEST_CASE("random bytes never break the reader of the reason log")
{
    SeededRandom random(5);
    for (int i = 0; i < 20'000; ++i)
        (void)parse_auth_line(random.text(random.below(60), "0 1%-aAfF accept reject \x01\xff"));
    SUCCEED();
}

TEST_CASE("each line of the reason log counts once, also after a restart")
{
    Fixture f;
    f.follow(); // there is no file yet
    f.write(line("amina") + line("amina") + line("juma", "reject"));
    f.follow();
    REQUIRE(f.accepted("amina") == 2);
    REQUIRE(f.world.ask<std::int64_t>("SELECT rejected FROM auth_result WHERE username=?1",
                                      "juma") == 1);
    f.write(line("amina"));
    AuthLogFollower again = f.make();
    Fixture::follow(again);
    REQUIRE(f.accepted("amina") == 3);
    REQUIRE(again.counts().verdicts == 1);
}

TEST_CASE("a line is read when it is finished, and garbage between lines is skipped")
{
    Fixture f;
    const std::string whole = line("amina");
    f.write("junk\n" + whole.substr(0, 20));
    f.follow();
    REQUIRE(f.follower.counts().garbage == 1);
    REQUIRE(f.accepted("amina") == 0);
    f.write(whole.substr(20) + "\n" + std::string(10'000, 'x'));
    f.follow();
    REQUIRE(f.accepted("amina") == 1);
    f.write("\n" + line("juma"));
    f.follow();
    REQUIRE(f.accepted("juma") == 1);
    REQUIRE(f.follower.counts().verdicts == 2);
}

TEST_CASE("a reason log that is cut begins anew")
{
    Fixture f;
    f.write(line("amina") + line("amina"));
    f.follow();
    std::filesystem::resize_file(f.path, 0);
    f.write(line("juma"));
    f.follow();
    REQUIRE(f.accepted("amina") == 2);
    REQUIRE(f.accepted("juma") == 1);
}

TEST_CASE("a reason log that is replaced is first read to its end")
{
    Fixture f;
    f.write(line("amina"));
    f.follow();
    std::filesystem::rename(f.path, f.path + ".old");
    f.write(line("amina"), "/auth.log.old"); // by somebody who had it open
    f.follow();
    REQUIRE(f.accepted("amina") == 2);
    f.write(line("juma"));
    REQUIRE_FALSE(f.follower.step()); // sees the new file
    f.write(line("amina"), "/auth.log.old");
    f.follow();
    REQUIRE(f.accepted("amina") == 3);
    REQUIRE(f.accepted("juma") == 1);
    f.write(line("juma"));
    f.follow();
    REQUIRE(f.accepted("juma") == 2);
}

TEST_CASE("a large reason log is set aside when it is read, and no line is lost or counted twice")
{
    Fixture f;
    int written = 0;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 30; ++i, ++written)
            f.write(line("amina"));
        f.follow();
    }
    REQUIRE(f.accepted("amina") == written);
    REQUIRE(std::filesystem::exists(f.path + ".1"));
    REQUIRE(f.world.logged("auth_log.rotated"));
    std::uintmax_t kept = std::filesystem::file_size(f.path + ".1");
    if (std::filesystem::exists(f.path))
        kept += std::filesystem::file_size(f.path);
    REQUIRE(kept < 4 * 4096);
}

TEST_CASE("what was written to a reason log set aside while nobody followed it is still read")
{
    Fixture f;
    f.write(line("amina"));
    f.follow();
    f.write(line("amina"));
    std::filesystem::rename(f.path, f.path + ".1");
    f.write(line("juma"));
    AuthLogFollower again = f.make();
    Fixture::follow(again);
    REQUIRE(f.accepted("amina") == 2);
    REQUIRE(f.accepted("juma") == 1);
}

TEST_CASE("trouble with the reason log or the disk is told and nothing is skipped")
{
    Fixture f;
    std::filesystem::create_directory(f.path);
    f.follow();
    REQUIRE(f.world.logged("auth_log.trouble"));
    std::filesystem::remove(f.path);

    f.write(line("amina"));
    f.follow();
    const auto limit = [&](std::int64_t pages) {
        f.world.db.write(
            [&](storage::Tx& tx) { tx.run("PRAGMA max_page_count=" + std::to_string(pages)); });
    };
    limit(f.world.ask<std::int64_t>("PRAGMA page_count"));
    for (int i = 0; i < 200; ++i)
        f.write(line("user" + std::to_string(i) + std::string(200, 'u')));
    f.write(line("juma"));
    f.follow();
    REQUIRE(f.accepted("juma") == 0);
    limit(1'000'000);
    f.follow();
    REQUIRE(f.accepted("juma") == 1);
    REQUIRE(f.world.ask<std::int64_t>("SELECT COUNT(*) FROM auth_result") == 202);
    REQUIRE(f.accepted("amina") == 1);
}
