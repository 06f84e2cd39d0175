#include "crash/sweep.hpp"

#include "crash/child.hpp"
#include "usecases/operators.hpp"
#include "usecases/settings.hpp"

#include <filesystem>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crash {

namespace files = std::filesystem;

namespace {

// Two lives of a house must not draw the same chance.
constexpr std::uint64_t kSeedOfPreparation = 1, kSeedOfSecondLife = 3;

void copy_house(const std::string& from, const std::string& to)
{
    files::remove_all(to);
    files::create_directories(to + "/radius");
    for (const char* folder : {"", "/radius"})
        for (const auto& entry : files::directory_iterator(from + folder))
            if (entry.is_regular_file())
                files::copy_file(entry.path(),
                                 to + folder + "/" + entry.path().filename().string());
}

std::string read_all(int pipe)
{
    std::string all;
    char bytes[4096];
    for (;;) {
        const auto got = ::read(pipe, bytes, sizeof bytes);
        if (got <= 0)
            return all;
        all.append(bytes, static_cast<std::size_t>(got));
    }
}

struct Life // of a child
{
    int status = 0;
    std::vector<std::string> told;
};

Life let_live(const Story& story, const Trial& trial, const std::string& folder,
              const std::string& token)
{
    int ends[2];
    ENSURE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    ENSURE(child >= 0);
    if (child == 0) {
        ::close(ends[0]);
        ::_exit(run_child(story, trial, folder, token, ends[1]));
    }
    ::close(ends[1]);
    Life life;
    std::istringstream lines(read_all(ends[0]));
    ::close(ends[0]);
    for (std::string line; std::getline(lines, line);)
        life.told.push_back(line);
    ENSURE(::waitpid(child, &life.status, 0) == child);
    return life;
}

std::string rest_of_line(const std::vector<std::string>& told, const std::string& head)
{
    for (const std::string& line : told)
        if (line.rfind(head, 0) == 0)
            return line.substr(head.size());
    return {};
}

// After the death: what was acknowledged is there, the house starts and works, and when the outside
// has said everything again, all is as if nothing had happened.
std::string judge(const Story& story, House& house)
{
    for (const Step& step : story.steps)
        if (step.recorded && house.outside.was_acknowledged(step.name) && !step.recorded(house))
            return "acknowledged but not recorded: " + step.name;
    if (auto trouble = house.trouble(); !trouble.empty())
        return "after the death: " + trouble;
    house.start();
    house.work();
    if (auto trouble = house.trouble(); !trouble.empty())
        return "after the restart: " + trouble;
    if (auto trouble = house.projection_trouble(); !trouble.empty())
        return "after the restart: " + trouble;
    for (const Step& step : story.steps) {
        if (step.is_sent_again || !house.outside.was_acknowledged(step.name))
            step.act(house);
        if (step.recorded && !step.recorded(house))
            return "not recorded when sent again: " + step.name;
    }
    house.work();
    return first_of({house.trouble(), house.projection_trouble(), story.trouble(house)});
}

} // namespace

Sweep::Sweep(const Story& story, const std::string& scratch)
    : story_(story), template_(scratch + "/prepared"), work_(scratch + "/house")
{
    files::create_directories(template_);
    Outside outside(-1);
    House house(template_, outside, kSeedOfPreparation);
    mnara::usecases::ensure_providers(house.context);
    ENSURE(mnara::usecases::add_operator(house.context, "owner", "Owner",
                                         mnara::usecases::Role::Owner, std::nullopt));
    token_ = house.token = mnara::usecases::make_program_token(house.context, "owner").value();
    house.start();
    story.prepare(house);
    house.work();
}

Verdict Sweep::run(const Trial& trial) const
{
    copy_house(template_, work_);
    const Life life = let_live(story_, trial, work_, token_);
    Verdict verdict;
    verdict.events = rest_of_line(life.told, kEventsLine);
    verdict.ended_clean = WIFEXITED(life.status) && WEXITSTATUS(life.status) == 0;
    const bool died = WIFEXITED(life.status) && WEXITSTATUS(life.status) == kDiedAsPlanned;
    if (!verdict.ended_clean && !died) {
        verdict.trouble = rest_of_line(life.told, kTroubleLine);
        if (verdict.trouble.empty())
            verdict.trouble =
                "the house ended by itself with status " + std::to_string(life.status);
        return verdict;
    }
    try {
        Outside outside(-1, life.told);
        House house(work_, outside, kSeedOfSecondLife);
        house.token = token_;
        verdict.trouble = judge(story_, house);
        if (trial.verbose)
            for (const std::string& line : house.log_lines)
                ::dprintf(2, "second life: %s\n", line.c_str());
    } catch (const std::exception& error) {
        verdict.trouble = std::string("the second life failed: ") + error.what();
    } catch (const Refused& refused) {
        verdict.trouble = "the second life refused: " + refused.body;
    }
    return verdict;
}

} // namespace crash
