// Another process that holds radius.db open and reads it as FreeRADIUS does: a plain connection
// that asks for read and write and, without the rights, gets a read-only one. Started before the
// test opens the file itself, because SQLite's view of locks must not be copied into a child.
#pragma once

#include "storage/connection.hpp"

#include <array>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

class RadiusReader
{
public:
    // Where the test is root the folder is handed to a group of the reader, which then is nobody.
    static constexpr unsigned kStranger = 65534;

    explicit RadiusReader(const std::string& folder)
    {
        if (::geteuid() == 0 &&
            (::chown(folder.c_str(), 0, kStranger) != 0 || ::chmod(folder.c_str(), 02750) != 0))
            throw std::runtime_error("cannot hand over " + folder);
        std::array<int, 2> asks{}, answers{};
        if (::pipe(asks.data()) != 0 || ::pipe(answers.data()) != 0)
            throw std::runtime_error("no pipe");
        child_ = ::fork();
        if (child_ == 0) {
            ::close(asks[1]);
            ::close(answers[0]);
            ::_exit(serve(folder + "/radius.db", asks[0], answers[1]));
        }
        ::close(asks[0]);
        ::close(answers[1]);
        ask_ = asks[1];
        answer_ = answers[0];
    }
    ~RadiusReader()
    {
        ::close(ask_);
        ::close(answer_);
        int status = 0;
        ::waitpid(child_, &status, 0);
    }
    RadiusReader(const RadiusReader&) = delete;
    RadiusReader& operator=(const RadiusReader&) = delete;

    // The rate of a username on the connection that is open; "none", or "error" where it cannot
    // say.
    std::string rate_of(const std::string& username) { return ask("r" + username); }
    // The same after opening the file again, as FreeRADIUS does every few seconds.
    std::string rate_after_reopening(const std::string& username) { return ask("o" + username); }

private:
    std::string ask(const std::string& line)
    {
        const std::string whole = line + "\n";
        if (::write(ask_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
            throw std::runtime_error("the reader is gone");
        return read_line(answer_);
    }

    static std::string read_line(int from)
    {
        std::string line;
        char c = 0;
        while (::read(from, &c, 1) == 1 && c != '\n')
            line += c;
        return line;
    }

    static int serve(const std::string& path, int asks, int answers)
    {
        using mnara::storage::Connection;
        if (::geteuid() == 0 && (::setgid(kStranger) != 0 || ::setuid(kStranger) != 0))
            return 1;
        std::unique_ptr<Connection> connection;
        for (std::string line = read_line(asks); !line.empty(); line = read_line(asks)) {
            std::string answer = "error";
            try {
                if (line[0] == 'o' || !connection) {
                    connection.reset();
                    connection = std::make_unique<Connection>(path, Connection::Mode::ReadWrite);
                }
                auto q = connection->query("SELECT CAST(rate AS BLOB) FROM access "
                                           "WHERE username = ?1 ORDER BY until_at LIMIT 1",
                                           line.substr(1));
                answer =
                    q.step() ? q.get<std::optional<std::string>>(0).value_or("no rate") : "none";
            } catch (const mnara::storage::StorageError&) {
                // Trouble is no answer, not a wrong one.
            }
            answer += "\n";
            if (::write(answers, answer.data(), answer.size()) <= 0)
                return 1;
        }
        return 0;
    }

    pid_t child_ = 0;
    int ask_ = -1, answer_ = -1;
};
