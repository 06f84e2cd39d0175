// What the tests of network/radius stand on: a real database in a folder of its own, a clock that
// stands, and a log that can be read.
#pragma once

#include "core/crypto.hpp"
#include "unit/catch.hpp"
#include "unit/temp_folder.hpp"
#include "usecases/context.hpp"

#include <algorithm>
#include <string>
#include <vector>

struct RadiusWorld
{
    static constexpr mnara::UnixTime kNow = mnara::unix_time(1'800'000'000);

    TempFolder folder;
    mnara::ManualClock clock{kNow};
    mnara::SeededRandom random{7};
    std::vector<std::string> log_lines;
    mnara::Log log{clock, [this](const std::string& line) { log_lines.push_back(line); }};
    mnara::storage::Database db{folder.path() + "/mnara.db"};
    mnara::usecases::KeyRing keys{std::string(mnara::crypto::kKeyBytes, 'k')};
    mnara::usecases::Context context{db, clock, random, keys, log};

    mnara::RouterId add_router(const std::string& name)
    {
        return db.write([&](mnara::storage::Tx& tx) {
            const auto secret = mnara::usecases::store_secret(tx, keys, random, "router",
                                                              "a secret of the router", kNow);
            return tx.insert<mnara::RouterId>(
                "INSERT INTO router(name,radius_source,radius_secret_id,"
                "require_message_authenticator,coa_port,enabled,created_at) "
                "VALUES (?1,?1,?2,0,3799,1,?3)",
                name, secret, kNow);
        });
    }

    // The first column of the first row.
    template <class T, class... Args> T ask(const std::string& sql, const Args&... args)
    {
        return db.read([&](mnara::storage::ReadTx& tx) {
            auto query = tx.query(sql, args...);
            REQUIRE(query.step());
            return query.template get<T>(0);
        });
    }

    [[nodiscard]] bool logged(const std::string& id) const
    {
        return std::any_of(log_lines.begin(), log_lines.end(), [&](const std::string& line) {
            return line.find("\"id\":\"" + id + "\"") != std::string::npos;
        });
    }
};
