def loops(a):
    for i in a:
        if i:
            continue
        for j in i:
            if j:
                return j
        else:
            break
    else:
        a()
    while True:
        if a:
            break
    while a:
        a -= 1
    if False:
        unreachable()
    assert a, "message"


def finals(a):
    for x in a:
        try:
            if x:
                return x + 1
            continue
        finally:
            a.close()


def handlers(a):
    try:
        a()
    except ValueError as error:
        raise Other from error
    except (A, B):
        return 1
    except:
        raise
    else:
        a()


def groups(a):
    try:
        a()
    except* ValueError as error:
        print(error)


def contexts(a):
    with a as b, c() as d.e:
        return b
