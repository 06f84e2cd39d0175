#include "app_first_run.hpp"

#include "usecases/first_run.hpp"

#include <iostream>

namespace mnara::app {

void greet_first_owner(const Office& office)
{
    const auto code = usecases::make_first_run_code(office.context);
    if (!code)
        return;
    office.log.info("first_run.waiting", "Nobody owns this box yet: see standard output");
    std::cout << "Nobody owns this box yet. Open " << office.config.public_url
              << " and enter the code " << *code << std::endl;
}

} // namespace mnara::app
