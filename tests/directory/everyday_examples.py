"""What people type every day, with words that elsewhere tell of danger. None of it may raise a card."""

EVERYDAY = """
    kids karate
    karate club that teaches kicking and punching
    punch needle class
    kick about for dads
    hip replacement recovery
    hit training
    hiit class
    hearing test
    quiet place to sit
    quit smoking
    stop drinking
    pill box reminders
    help with taking my tablets
    tablet and laptop help
    weekly pill organiser
    medication review
    prescription collection
    my son is 14 and loves football
    my daughter wants to join brownies
    my husband had a stroke and wants to sing
    husband has left me
    my partner left me
    dad drinks too much
    my son takes drugs
    my husband gambles all our money
    our kids are out of control
    child wont sleep
    child anxiety
    children grieving
    parent of teenager
    adult children
    adult education
    home alone all day
    home schooling group
    alone at christmas
    widowed and lost
    lost my wife
    lost and lonely
    feel lost since retiring
    feeling low in winter
    worried about money
    worried about my memory
    worried about my mum living alone
    worried about my son's drinking
    scared of falling
    scared of dogs
    afraid of flying
    frightened of using the bus
    not safe on stairs
    unsafe wiring
    safe cycling
    street party help
    living with cancer
    living with pain
    living alone
    live music
    life drawing
    life coach
    life skills
    life story group for dementia
    end of tenancy cleaning
    ending loneliness
    ends meet
    cant make ends meet
    cant pay rent
    cant afford heating
    cant get to the shops
    cant hear the tv
    cant walk far
    cant sleep at night
    dont know where to turn for benefits
    dont want to go alone
    want to go out more
    want to get fit
    want to lose weight
    want to be a volunteer
    need to get out of the house
    need a break from caring
    need someone to visit dad
    kill your speed campaign
    road safety
    rope access training
    rock climbing
    bridge players
    train station lift
    train trips
    car share
    driving lessons
    knife sharpening
    gun club
    police station
    court support
    victim of burglary
    attacked by a dog
    heart failure nurse
    heart disease
    healthy hearts
    blood sugar
    bleeding gums dentist
    chest infection
    breathing exercises
    breathlessness group
    shortness of breath class for copd
    fit club
    fitness
    fits and epilepsy
    collapsed ceiling
    gas safety check
    fire stick setup
    fire pit night
    smoke free homes
    emergency plumber
    emergency tax
    emergency childcare
    crisis fund for school uniform
    hostel for students
    holiday hostel
    tent camping for scouts
    sleep over for brownies
    bed bugs
    mattress
    refuge recovery
    women's aerobics
    women's centre
    men's talking group
    boys football
    girls night in
    young mums
    dad's group
    grandparents raising grandchildren
    foster carers
    adoption
    missing teeth dentist
    missing cat
    missing school
    running away to sea history talk
    beaten egg baking
    beat boxing
    whipping cream
    smashing time
    battered fish friday
    rap workshop
    grape growing
    drape making
    scrape off paint
    dead end job
    dead end job want a change
    a killer quiz night
    killer heels dance class
    kill time
    somewhere to kill an hour
    cake to die for
    to die for
    hanging baskets
    hanging baskets workshop
    shooting practice
    clay pigeon shooting
    cutting hair
    hair cutting for older people
    cutting the grass
    someone to cut my hedge
    cutting down on smoking
    crafts and paper cutting
    killing weeds in the allotment
    my feet are killing me
    my back is killing me need exercise
    murder mystery evening
    drop dead gorgeous panto
    dead sea scrolls talk
    day of the dead crafts
    die hard film club
    dying to meet new people
    dyeing wool
    tie dye workshop
    i hit the gym every day
    want to hit the target with archery
    beat the blues
    beating stress
    beat me at chess
    drum beats
    hip hop beats
    jump rope
    jumping for toddlers
    trampolining
    bridge club
    learn to play bridge
    train to be a counsellor
    help to stop smoking
    give up smoking
    give up drinking
    i want to give up gambling
    ready to go back to work
    end of life care
    end my tenancy
    hospice support
    wants to die at home with family
    where can mum die peacefully
    making a will
    power of attorney
    funeral costs
    what happens when i die with my house
    missing my mum since she died
    i miss my husband
    my wife died last year
    grief after losing my son
    bereavement support
    bereaved but not religious
    widow group
    feeling lonely
    i feel lonely since my wife died
    nobody to talk to
    need to talk to someone
    feeling down
    low mood
    anxiety
    anxiety group
    panic attacks
    depression group
    stress at work
    cant sleep
    insomnia
    tired all the time
    postnatal depression
    baby blues
    new mum feeling low
    mums and babies
    crying baby advice
    breastfeeding help
    baby massage
    toddler tantrums
    my toddler bites other children
    toddler group
    my son is being bullied at school
    bullying at school
    youth club
    somewhere safe for teens after school
    teenage mental health
    councilling for teenagers
    counselling
    couples counselling
    marriage guidance
    divorce advice
    separated from my husband
    leaving my husband where do i stand
    child maintenance
    child benefit
    childcare costs
    children's centre
    child minding
    home education
    autistic child
    sensory play disabled child
    adhd assessment
    SEND support
    eviction notice
    rent arrears
    landlord wont fix the boiler
    damp in my flat
    mould in my house
    council housing list
    sheltered housing
    house swap
    moving house help
    furniture bank
    decorating help
    handyman
    handrails and ramps
    stairlift
    wheelchair hire
    shopping for housebound
    meals on wheels
    lunch club
    food bank
    food parcel today
    no money for shopping this week
    cost of living crisis
    energy crisis help
    cheap meals
    warm space
    heating bills
    prepay meter
    crisis loan
    debt advice
    drowning in debt
    owe money to everyone
    universal credit
    pip form help
    carers allowance
    attendance allowance
    unfair dismissal
    employment tribunal
    redundancy advice
    help with cv
    interview practice
    volunteer at the night shelter
    volunteering with homeless people
    help the homeless this christmas
    knitting for the homeless
    homeless dogs charity
    donate to homeless charity shop
    st john ambulance
    first aid course
    first aid for choking
    fire safety check
    smoke alarm fitting
    carbon monoxide alarm
    gas bill
    heart attack recovery group
    after my heart attack
    had a heart attack last year want exercise
    cardiac rehab
    stroke club
    stroke survivors
    after a stroke
    recovering from a stroke
    breast stroke lessons
    asthma
    copd breathing group
    breathe easy group
    singing for lung health
    chest clinic
    blood pressure check
    blood donation
    diabetes
    epilepsy support
    living with seizures
    falls prevention
    fell over and lost confidence
    lost weight
    lost my confidence
    lost my job
    lost my keys
    lost my husband to cancer
    memory cafe
    dementia
    mum keeps forgetting
    dad wandering at night
    carer break
    caring for mum and working full time
    someone to sit with dad in his last weeks
    respite
    dog grooming
    pet grooming
    male grooming
    grooming for dogs near me
    cat rescue
    donkey sanctuary
    wildlife refuge
    animal shelter
    bus shelter
    refugee help
    refugee women's group
    asylum support
    esol
    english lessons
    learn to read
    it help
    tablet lessons
    how to use my tablets and phone
    computer crashed
    computer virus
    my phone is dead
    dead battery
    dead tree removal
    internet for pensioners
    scam call pretending to be my bank
    someone rang pretending to be my bank
    hate crime
    victim support burglary
    noise complaint
    parking
    dial a ride
    lift to hospital
    transport to appointments
    hospital visiting
    couch to 5k
    walking football
    running group
    yoga
    tai chi
    chair exercise
    boxing club for girls
    kick boxing
    self defence class
    self help group
    self esteem
    self employed advice
    martial arts
    archery
    swimming lessons
    gun dog training
    knife skills cooking class
    knife crime workshop for youths
    fight night boxing
    fishing
    allotment
    community garden
    gardening
    bird watching
    pottery
    painting
    choir
    book club crime fiction
    crime novels reading group
    film club
    serial killer podcast club
    escape room
    escape to the country trip
    great escape film
    suffragette history
    suicide squad film
    tea dance
    bingo
    mens shed
    veterans breakfast
    lgbt cafe
    church
    mosque women's group
    african caribbean elders
    polish club
    black history
    alcohol abuse
    drug abuse help
    substance abuse counselling
    AA meetings
    gamblers anonymous
    racist abuse on the bus
    safeguarding training
    safeguarding course for volunteers
    child protection training
    unconscious bias training
    mental health first aid
    mental health support group
    wellbeing cafe
    mindfulness
    long covid
    cancer support
    chronic pain
    pain management
    painkillers
    pain in my knee
    weight loss
    healthy eating course
    i cant find a dentist
    cant cope with the garden
    cant cope with housework
    cant see the small print
    cant take it back to the shop
    i cant stand the heat
    can't drive any more
    dont want to live alone
    i dont want to live on my own
    fed up of being lonely
    tired of being alone
    hate my job
    sick of being stuck indoors
    i want to meet people
    i want to make friends
    i want to learn to swim
    want to stop drinking
    want to end my contract
    my partner has dementia
    my partner works away
    my husband has parkinsons
    my husband hates going out
    my wife hurt her back
    hurt my knee
    hurt my back
    wife needs help with dressing
    hit by energy bills
    hit hard by rent rise
    my daughter is pregnant
    my son wont leave his room
    my mum wont eat
    mum lives alone and is frail
    dad is 89 and lonely
    kicked out of school
    kicked off the bus with wheelchair
    kick start employment
    throw out old sofa
    chuck out rubbish
    car broke down
    breakdown cover
    a good night out
    night school
    bed frame wanted
    new bed for my child
    sleeping bag
    sleep clinic
    baby sleep advice
    house clearance
    home help
    home from hospital
    safe at home after hospital
    keeping safe online
    safe driving for older people
    safe walking routes
    street party
    street dance
    street food
    street pastors
    car boot sale
    car park
    van hire
    tent repair
    park run
    bench in the park
    police cadets
    neighbourhood watch
    fire station open day
    ambulance service jobs
    emergency food parcel
    emergency dentist
    emergency fuel voucher
    emergency contact card
    poison ivy
    pesticide advice
    rope making
    wrist pain
    throat singing
    blood test transport
    voice lessons
    voices choir
    community voices
    hearing voices group
    hearing aids
    hear live music
    over 60s
    pt needs pacing group
    lonely 76M likes snooker
    hx depression wants gym
    d/c home needs shopping
    OT equipment
    hello
    asdf
    """

EVERYDAY_OTHER = """
    banc bwyd
    grŵp cerdded
    dysgu Cymraeg
    clwb cinio
    gofalwyr ifanc
    helpu gyda biliau
    canu
    unig ers i fy ngwraig farw
    cyngor ar ddyledion
    lle i fynd gyda'r nos
    byw ar fy mhen fy hun
    mae fy ngwraig wedi marw
    trafferth cysgu
    coginio gyda chyllell
    ar ôl strôc
    مجھے اکیلا پن محسوس ہوتا ہے
    میرے شوہر کا انتقال ہو گیا
    فالج کے مریضوں کا گروپ
    نیند نہیں آتی
    gari chalana seekhna
    shohar ka inteqal ho gaya
    انگریزی کلاس
    کھانے کی مدد
    بچوں کے لیے کھیل
    خواتین کا گروپ
    نوکری کی تلاش
    angrezi class
    khana chahiye
    bachon ke liye khel
    mujhe akelapan mehsoos hota hai
    szukam pracy
    lekcje angielskiego od zaraz
    aide alimentaire
    gujarati bhasha ma yoga
    """
